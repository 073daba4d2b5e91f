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
  /**
   * Bytes on the disk; absent where it was not asked for or its node did not answer.
   */
  'bytes'?: (number | string | Long);
  /**
   * Containers that mount it.
   */
  'users'?: (string)[];
  /**
   * Why size and users are not known though they were asked for.
   */
  'unmeasured'?: (string);
  'mountName'?: (string);
  '_bytes'?: "bytes";
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
  /**
   * Bytes on the disk; absent where it was not asked for or its node did not answer.
   */
  'bytes'?: (number);
  /**
   * Containers that mount it.
   */
  'users': (string)[];
  /**
   * Why size and users are not known though they were asked for.
   */
  'unmeasured': (string);
  'mountName': (string);
  '_bytes'?: "bytes";
}
