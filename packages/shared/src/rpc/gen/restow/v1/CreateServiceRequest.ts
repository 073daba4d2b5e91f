// Original file: proto/restow/v1/api.proto

import type { ServiceDefinition as _restow_v1_ServiceDefinition, ServiceDefinition__Output as _restow_v1_ServiceDefinition__Output } from '../../restow/v1/ServiceDefinition.ts';

export interface CreateServiceRequest {
  /**
   * A DNS label.
   */
  'name'?: (string);
  'definition'?: (_restow_v1_ServiceDefinition | null);
  /**
   * A DNS label; empty: none.
   */
  'stack'?: (string);
}

export interface CreateServiceRequest__Output {
  /**
   * A DNS label.
   */
  'name': (string);
  'definition': (_restow_v1_ServiceDefinition__Output | null);
  /**
   * A DNS label; empty: none.
   */
  'stack': (string);
}
