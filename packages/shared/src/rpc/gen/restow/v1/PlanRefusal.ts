// Original file: proto/restow/v1/api.proto

import type { Unplaceable as _restow_v1_Unplaceable, Unplaceable__Output as _restow_v1_Unplaceable__Output } from '../../restow/v1/Unplaceable.ts';

export interface PlanRefusal {
  'serviceName'?: (string);
  'message'?: (string);
  'unplaceable'?: (_restow_v1_Unplaceable)[];
}

export interface PlanRefusal__Output {
  'serviceName': (string);
  'message': (string);
  'unplaceable': (_restow_v1_Unplaceable__Output)[];
}
