// Original file: proto/restow/v1/agent.proto

import type { MeasuredVolume as _restow_v1_MeasuredVolume, MeasuredVolume__Output as _restow_v1_MeasuredVolume__Output } from '../../restow/v1/MeasuredVolume.ts';

export interface MeasureVolumesDone {
  'volumes'?: (_restow_v1_MeasuredVolume)[];
}

export interface MeasureVolumesDone__Output {
  'volumes': (_restow_v1_MeasuredVolume__Output)[];
}
