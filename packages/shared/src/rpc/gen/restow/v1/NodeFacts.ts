// Original file: proto/restow/v1/common.proto

import type { Long } from '@grpc/proto-loader';

export interface NodeFacts {
  'hostname'?: (string);
  'os'?: (string);
  'arch'?: (string);
  'kernel'?: (string);
  'cores'?: (number);
  'memoryBytes'?: (number | string | Long);
  'memoryFreeBytes'?: (number | string | Long);
  'diskBytes'?: (number | string | Long);
  'diskFreeBytes'?: (number | string | Long);
  'load1'?: (number | string);
}

export interface NodeFacts__Output {
  'hostname': (string);
  'os': (string);
  'arch': (string);
  'kernel': (string);
  'cores': (number);
  'memoryBytes': (number);
  'memoryFreeBytes': (number);
  'diskBytes': (number);
  'diskFreeBytes': (number);
  'load1': (number);
}
