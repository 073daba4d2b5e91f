// Original file: proto/restow/v1/api.proto

import type { RedeployOptions as _restow_v1_RedeployOptions, RedeployOptions__Output as _restow_v1_RedeployOptions__Output } from '../../restow/v1/RedeployOptions.ts';
import type { ServiceDefinition as _restow_v1_ServiceDefinition, ServiceDefinition__Output as _restow_v1_ServiceDefinition__Output } from '../../restow/v1/ServiceDefinition.ts';

export interface PlanServiceRequest {
  'service'?: (string);
  'options'?: (_restow_v1_RedeployOptions | null);
  /**
   * Plan this definition; absent: the stored one.
   */
  'definition'?: (_restow_v1_ServiceDefinition | null);
}

export interface PlanServiceRequest__Output {
  'service': (string);
  'options': (_restow_v1_RedeployOptions__Output | null);
  /**
   * Plan this definition; absent: the stored one.
   */
  'definition': (_restow_v1_ServiceDefinition__Output | null);
}
