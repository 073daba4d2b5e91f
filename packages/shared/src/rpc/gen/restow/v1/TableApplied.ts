// Original file: proto/restow/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The node forwards as that version of the table says, or `error` tells why it does not.
 */
export interface TableApplied {
  'version'?: (number | string | Long);
  'error'?: (string);
}

/**
 * The node forwards as that version of the table says, or `error` tells why it does not.
 */
export interface TableApplied__Output {
  'version': (number);
  'error': (string);
}
