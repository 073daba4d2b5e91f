// Original file: proto/restow/v1/api.proto

import type { ServiceView as _restow_v1_ServiceView, ServiceView__Output as _restow_v1_ServiceView__Output } from '../../restow/v1/ServiceView.ts';

export interface ListServicesReply {
  'services'?: (_restow_v1_ServiceView)[];
}

export interface ListServicesReply__Output {
  'services': (_restow_v1_ServiceView__Output)[];
}
