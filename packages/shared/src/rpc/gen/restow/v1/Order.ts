// Original file: proto/restow/v1/agent.proto

import type { ResolveImage as _restow_v1_ResolveImage, ResolveImage__Output as _restow_v1_ResolveImage__Output } from '../../restow/v1/ResolveImage.ts';
import type { Survey as _restow_v1_Survey, Survey__Output as _restow_v1_Survey__Output } from '../../restow/v1/Survey.ts';
import type { PullImage as _restow_v1_PullImage, PullImage__Output as _restow_v1_PullImage__Output } from '../../restow/v1/PullImage.ts';
import type { Prepare as _restow_v1_Prepare, Prepare__Output as _restow_v1_Prepare__Output } from '../../restow/v1/Prepare.ts';
import type { Open as _restow_v1_Open, Open__Output as _restow_v1_Open__Output } from '../../restow/v1/Open.ts';
import type { Take as _restow_v1_Take, Take__Output as _restow_v1_Take__Output } from '../../restow/v1/Take.ts';
import type { Flip as _restow_v1_Flip, Flip__Output as _restow_v1_Flip__Output } from '../../restow/v1/Flip.ts';
import type { Drain as _restow_v1_Drain, Drain__Output as _restow_v1_Drain__Output } from '../../restow/v1/Drain.ts';
import type { Settle as _restow_v1_Settle, Settle__Output as _restow_v1_Settle__Output } from '../../restow/v1/Settle.ts';
import type { Close as _restow_v1_Close, Close__Output as _restow_v1_Close__Output } from '../../restow/v1/Close.ts';
import type { Retire as _restow_v1_Retire, Retire__Output as _restow_v1_Retire__Output } from '../../restow/v1/Retire.ts';
import type { PutAside as _restow_v1_PutAside, PutAside__Output as _restow_v1_PutAside__Output } from '../../restow/v1/PutAside.ts';
import type { Revive as _restow_v1_Revive, Revive__Output as _restow_v1_Revive__Output } from '../../restow/v1/Revive.ts';
import type { MeasureVolumes as _restow_v1_MeasureVolumes, MeasureVolumes__Output as _restow_v1_MeasureVolumes__Output } from '../../restow/v1/MeasureVolumes.ts';
import type { PurgeVolume as _restow_v1_PurgeVolume, PurgeVolume__Output as _restow_v1_PurgeVolume__Output } from '../../restow/v1/PurgeVolume.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One step of one phase of one swap. Safe to repeat: what is already true is not done again and the outcome is the
 * same. An order whose id runs already joins that run; it is not started twice.
 */
export interface Order {
  'orderId'?: (string);
  'epoch'?: (number | string | Long);
  /**
   * Milliseconds from receipt after which the agent gives up by itself.
   */
  'deadlineMs'?: (number);
  'resolveImage'?: (_restow_v1_ResolveImage | null);
  'survey'?: (_restow_v1_Survey | null);
  'pullImage'?: (_restow_v1_PullImage | null);
  'prepare'?: (_restow_v1_Prepare | null);
  'open'?: (_restow_v1_Open | null);
  'take'?: (_restow_v1_Take | null);
  'flip'?: (_restow_v1_Flip | null);
  'drain'?: (_restow_v1_Drain | null);
  'settle'?: (_restow_v1_Settle | null);
  'close'?: (_restow_v1_Close | null);
  'retire'?: (_restow_v1_Retire | null);
  'putAside'?: (_restow_v1_PutAside | null);
  'revive'?: (_restow_v1_Revive | null);
  'measureVolumes'?: (_restow_v1_MeasureVolumes | null);
  'purgeVolume'?: (_restow_v1_PurgeVolume | null);
  'kind'?: "resolveImage"|"survey"|"pullImage"|"prepare"|"open"|"take"|"flip"|"drain"|"settle"|"close"|"retire"|"putAside"|"revive"|"measureVolumes"|"purgeVolume";
}

/**
 * One step of one phase of one swap. Safe to repeat: what is already true is not done again and the outcome is the
 * same. An order whose id runs already joins that run; it is not started twice.
 */
export interface Order__Output {
  'orderId': (string);
  'epoch': (number);
  /**
   * Milliseconds from receipt after which the agent gives up by itself.
   */
  'deadlineMs': (number);
  'resolveImage'?: (_restow_v1_ResolveImage__Output | null);
  'survey'?: (_restow_v1_Survey__Output | null);
  'pullImage'?: (_restow_v1_PullImage__Output | null);
  'prepare'?: (_restow_v1_Prepare__Output | null);
  'open'?: (_restow_v1_Open__Output | null);
  'take'?: (_restow_v1_Take__Output | null);
  'flip'?: (_restow_v1_Flip__Output | null);
  'drain'?: (_restow_v1_Drain__Output | null);
  'settle'?: (_restow_v1_Settle__Output | null);
  'close'?: (_restow_v1_Close__Output | null);
  'retire'?: (_restow_v1_Retire__Output | null);
  'putAside'?: (_restow_v1_PutAside__Output | null);
  'revive'?: (_restow_v1_Revive__Output | null);
  'measureVolumes'?: (_restow_v1_MeasureVolumes__Output | null);
  'purgeVolume'?: (_restow_v1_PurgeVolume__Output | null);
  'kind'?: "resolveImage"|"survey"|"pullImage"|"prepare"|"open"|"take"|"flip"|"drain"|"settle"|"close"|"retire"|"putAside"|"revive"|"measureVolumes"|"purgeVolume";
}
