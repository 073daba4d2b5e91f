// Original file: proto/restow/v1/api.proto

import type { ServiceDefinition as _restow_v1_ServiceDefinition, ServiceDefinition__Output as _restow_v1_ServiceDefinition__Output } from '../../restow/v1/ServiceDefinition.ts';
import type { Long } from '@grpc/proto-loader';

export interface UpdateServiceRequest {
  'service'?: (string);
  'definition'?: (_restow_v1_ServiceDefinition | null);
  /**
   * Version the caller read; 0: whatever it is.
   */
  'ifVersion'?: (number | string | Long);
}

export interface UpdateServiceRequest__Output {
  'service': (string);
  'definition': (_restow_v1_ServiceDefinition__Output | null);
  /**
   * Version the caller read; 0: whatever it is.
   */
  'ifVersion': (number);
}
