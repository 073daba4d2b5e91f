// Original file: proto/restow/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

/**
 * News of an order that runs; may be dropped.
 */
export interface OrderProgress {
  'orderId'?: (string);
  'text'?: (string);
  'current'?: (number | string | Long);
  'total'?: (number | string | Long);
  '_current'?: "current";
  '_total'?: "total";
}

/**
 * News of an order that runs; may be dropped.
 */
export interface OrderProgress__Output {
  'orderId': (string);
  'text': (string);
  'current'?: (number);
  'total'?: (number);
  '_current'?: "current";
  '_total'?: "total";
}
