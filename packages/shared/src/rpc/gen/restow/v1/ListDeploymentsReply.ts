// Original file: proto/restow/v1/api.proto

import type { Deployment as _restow_v1_Deployment, Deployment__Output as _restow_v1_Deployment__Output } from '../../restow/v1/Deployment.ts';

export interface ListDeploymentsReply {
  'deployments'?: (_restow_v1_Deployment)[];
}

export interface ListDeploymentsReply__Output {
  'deployments': (_restow_v1_Deployment__Output)[];
}
