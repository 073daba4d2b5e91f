// Original file: proto/restow/v1/api.proto

import type { Volume as _restow_v1_Volume, Volume__Output as _restow_v1_Volume__Output } from '../../restow/v1/Volume.ts';

export interface ListVolumesReply {
  'volumes'?: (_restow_v1_Volume)[];
}

export interface ListVolumesReply__Output {
  'volumes': (_restow_v1_Volume__Output)[];
}
