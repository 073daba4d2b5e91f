// Original file: proto/restow/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface PullImageDone {
  'imageId'?: (string);
  'alreadyPresent'?: (boolean);
  'bytes'?: (number | string | Long);
}

export interface PullImageDone__Output {
  'imageId': (string);
  'alreadyPresent': (boolean);
  'bytes': (number);
}
