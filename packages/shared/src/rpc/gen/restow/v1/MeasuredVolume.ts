// Original file: proto/restow/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface MeasuredVolume {
  'name'?: (string);
  /**
   * Bytes on the disk, as du counts them; absent when the node has no such volume.
   */
  'bytes'?: (number | string | Long);
  /**
   * Names of all containers that mount it, running or not, ours or not.
   */
  'users'?: (string)[];
  '_bytes'?: "bytes";
}

export interface MeasuredVolume__Output {
  'name': (string);
  /**
   * Bytes on the disk, as du counts them; absent when the node has no such volume.
   */
  'bytes'?: (number);
  /**
   * Names of all containers that mount it, running or not, ours or not.
   */
  'users': (string)[];
  '_bytes'?: "bytes";
}
