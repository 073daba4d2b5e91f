// Original file: proto/restow/v1/api.proto

import type { RedeployOptions as _restow_v1_RedeployOptions, RedeployOptions__Output as _restow_v1_RedeployOptions__Output } from '../../restow/v1/RedeployOptions.ts';
import type { Plan as _restow_v1_Plan, Plan__Output as _restow_v1_Plan__Output } from '../../restow/v1/Plan.ts';
import type { DeploymentStep as _restow_v1_DeploymentStep, DeploymentStep__Output as _restow_v1_DeploymentStep__Output } from '../../restow/v1/DeploymentStep.ts';
import type { Long } from '@grpc/proto-loader';

export interface Deployment {
  'id'?: (string);
  'number'?: (number);
  /**
   * deploy, redeploy, scale or remove.
   */
  'kind'?: (string);
  'serviceId'?: (string);
  'serviceName'?: (string);
  'revisionId'?: (string);
  /**
   * queued, planning, preparing, refused, rolling, watching, paused, undoing, succeeded, undone, failed, superseded.
   */
  'state'?: (string);
  'reason'?: (string);
  /**
   * Stable error code of a refusal or failure; empty for none.
   */
  'code'?: (string);
  'requestedBy'?: (string);
  'options'?: (_restow_v1_RedeployOptions | null);
  'plan'?: (_restow_v1_Plan | null);
  'requestedAt'?: (number | string | Long);
  'startedAt'?: (number | string | Long);
  'endedAt'?: (number | string | Long);
  'steps'?: (_restow_v1_DeploymentStep)[];
  'revisionNumber'?: (number);
}

export interface Deployment__Output {
  'id': (string);
  'number': (number);
  /**
   * deploy, redeploy, scale or remove.
   */
  'kind': (string);
  'serviceId': (string);
  'serviceName': (string);
  'revisionId': (string);
  /**
   * queued, planning, preparing, refused, rolling, watching, paused, undoing, succeeded, undone, failed, superseded.
   */
  'state': (string);
  'reason': (string);
  /**
   * Stable error code of a refusal or failure; empty for none.
   */
  'code': (string);
  'requestedBy': (string);
  'options': (_restow_v1_RedeployOptions__Output | null);
  'plan': (_restow_v1_Plan__Output | null);
  'requestedAt': (number);
  'startedAt': (number);
  'endedAt': (number);
  'steps': (_restow_v1_DeploymentStep__Output)[];
  'revisionNumber': (number);
}
