// Original file: proto/restow/v1/agent.proto

import type { PortInUse as _restow_v1_PortInUse, PortInUse__Output as _restow_v1_PortInUse__Output } from '../../restow/v1/PortInUse.ts';

export interface SurveyDone {
  'imagePresent'?: (boolean);
  'portsInUse'?: (_restow_v1_PortInUse)[];
}

export interface SurveyDone__Output {
  'imagePresent': (boolean);
  'portsInUse': (_restow_v1_PortInUse__Output)[];
}
