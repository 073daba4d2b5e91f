// Original file: proto/restow/v1/api.proto

import type { Unplaceable as _restow_v1_Unplaceable, Unplaceable__Output as _restow_v1_Unplaceable__Output } from '../../restow/v1/Unplaceable.ts';

export interface PlanRefusal {
  'serviceName'?: (string);
  'message'?: (string);
  'unplaceable'?: (_restow_v1_Unplaceable)[];
  /**
   * Stable error code when it is not `unschedulable`, such as `unsupported`; else empty.
   */
  'code'?: (string);
}

export interface PlanRefusal__Output {
  'serviceName': (string);
  'message': (string);
  'unplaceable': (_restow_v1_Unplaceable__Output)[];
  /**
   * Stable error code when it is not `unschedulable`, such as `unsupported`; else empty.
   */
  'code': (string);
}
