// Original file: proto/restow/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface Server {
  'version'?: (string);
  'clusterId'?: (string);
  'epoch'?: (number | string | Long);
}

export interface Server__Output {
  'version': (string);
  'clusterId': (string);
  'epoch': (number);
}
