// Original file: proto/restow/v1/agent.proto

import type { PortInUse as _restow_v1_PortInUse, PortInUse__Output as _restow_v1_PortInUse__Output } from '../../restow/v1/PortInUse.ts';
import type { ForeignVolume as _restow_v1_ForeignVolume, ForeignVolume__Output as _restow_v1_ForeignVolume__Output } from '../../restow/v1/ForeignVolume.ts';

export interface SurveyDone {
  'imagePresent'?: (boolean);
  'portsInUse'?: (_restow_v1_PortInUse)[];
  'foreignVolumes'?: (_restow_v1_ForeignVolume)[];
}

export interface SurveyDone__Output {
  'imagePresent': (boolean);
  'portsInUse': (_restow_v1_PortInUse__Output)[];
  'foreignVolumes': (_restow_v1_ForeignVolume__Output)[];
}
