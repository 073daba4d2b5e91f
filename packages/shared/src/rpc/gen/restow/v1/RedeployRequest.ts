// Original file: proto/restow/v1/api.proto

import type { RedeployOptions as _restow_v1_RedeployOptions, RedeployOptions__Output as _restow_v1_RedeployOptions__Output } from '../../restow/v1/RedeployOptions.ts';

export interface RedeployRequest {
  'service'?: (string);
  'options'?: (_restow_v1_RedeployOptions | null);
}

export interface RedeployRequest__Output {
  'service': (string);
  'options': (_restow_v1_RedeployOptions__Output | null);
}
