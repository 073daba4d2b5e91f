// Original file: proto/restow/v1/api.proto

import type { Deployment as _restow_v1_Deployment, Deployment__Output as _restow_v1_Deployment__Output } from '../../restow/v1/Deployment.ts';
import type { DeploymentStep as _restow_v1_DeploymentStep, DeploymentStep__Output as _restow_v1_DeploymentStep__Output } from '../../restow/v1/DeploymentStep.ts';
import type { Long } from '@grpc/proto-loader';

export interface _restow_v1_DeploymentEvent_Progress {
  'slotName'?: (string);
  'nodeName'?: (string);
  'step'?: (string);
  'text'?: (string);
  'current'?: (number | string | Long);
  'total'?: (number | string | Long);
  '_current'?: "current";
  '_total'?: "total";
}

export interface _restow_v1_DeploymentEvent_Progress__Output {
  'slotName': (string);
  'nodeName': (string);
  'step': (string);
  'text': (string);
  'current'?: (number);
  'total'?: (number);
  '_current'?: "current";
  '_total'?: "total";
}

/**
 * News of one deployment, in order.
 */
export interface DeploymentEvent {
  /**
   * The first: the deployment as recorded; in state queued, `reason` says its position.
   */
  'accepted'?: (_restow_v1_Deployment | null);
  /**
   * It changed its state.
   */
  'state'?: (_restow_v1_Deployment | null);
  /**
   * A step began or ended.
   */
  'step'?: (_restow_v1_DeploymentStep | null);
  /**
   * Pull and wait progress; may be dropped.
   */
  'progress'?: (_restow_v1_DeploymentEvent_Progress | null);
  /**
   * The last: how it ended, or that it is paused.
   */
  'ended'?: (_restow_v1_Deployment | null);
  'event'?: "accepted"|"state"|"step"|"progress"|"ended";
}

/**
 * News of one deployment, in order.
 */
export interface DeploymentEvent__Output {
  /**
   * The first: the deployment as recorded; in state queued, `reason` says its position.
   */
  'accepted'?: (_restow_v1_Deployment__Output | null);
  /**
   * It changed its state.
   */
  'state'?: (_restow_v1_Deployment__Output | null);
  /**
   * A step began or ended.
   */
  'step'?: (_restow_v1_DeploymentStep__Output | null);
  /**
   * Pull and wait progress; may be dropped.
   */
  'progress'?: (_restow_v1_DeploymentEvent_Progress__Output | null);
  /**
   * The last: how it ended, or that it is paused.
   */
  'ended'?: (_restow_v1_Deployment__Output | null);
  'event'?: "accepted"|"state"|"step"|"progress"|"ended";
}
