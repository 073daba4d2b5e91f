// Original file: proto/restow/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface Volume {
  'id'?: (string);
  'name'?: (string);
  'nodeId'?: (string);
  'nodeName'?: (string);
  'serviceName'?: (string);
  'slotName'?: (string);
  'path'?: (string);
  /**
   * attached or detached.
   */
  'state'?: (string);
  'createdAt'?: (number | string | Long);
}

export interface Volume__Output {
  'id': (string);
  'name': (string);
  'nodeId': (string);
  'nodeName': (string);
  'serviceName': (string);
  'slotName': (string);
  'path': (string);
  /**
   * attached or detached.
   */
  'state': (string);
  'createdAt': (number);
}
