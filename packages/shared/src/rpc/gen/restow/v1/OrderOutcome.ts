// Original file: proto/restow/v1/agent.proto

import type { OrderFailure as _restow_v1_OrderFailure, OrderFailure__Output as _restow_v1_OrderFailure__Output } from '../../restow/v1/OrderFailure.ts';
import type { ResolveImageDone as _restow_v1_ResolveImageDone, ResolveImageDone__Output as _restow_v1_ResolveImageDone__Output } from '../../restow/v1/ResolveImageDone.ts';
import type { SurveyDone as _restow_v1_SurveyDone, SurveyDone__Output as _restow_v1_SurveyDone__Output } from '../../restow/v1/SurveyDone.ts';
import type { PullImageDone as _restow_v1_PullImageDone, PullImageDone__Output as _restow_v1_PullImageDone__Output } from '../../restow/v1/PullImageDone.ts';
import type { PrepareDone as _restow_v1_PrepareDone, PrepareDone__Output as _restow_v1_PrepareDone__Output } from '../../restow/v1/PrepareDone.ts';
import type { OpenDone as _restow_v1_OpenDone, OpenDone__Output as _restow_v1_OpenDone__Output } from '../../restow/v1/OpenDone.ts';
import type { TakeDone as _restow_v1_TakeDone, TakeDone__Output as _restow_v1_TakeDone__Output } from '../../restow/v1/TakeDone.ts';
import type { FlipDone as _restow_v1_FlipDone, FlipDone__Output as _restow_v1_FlipDone__Output } from '../../restow/v1/FlipDone.ts';
import type { DrainDone as _restow_v1_DrainDone, DrainDone__Output as _restow_v1_DrainDone__Output } from '../../restow/v1/DrainDone.ts';
import type { SettleDone as _restow_v1_SettleDone, SettleDone__Output as _restow_v1_SettleDone__Output } from '../../restow/v1/SettleDone.ts';
import type { CloseDone as _restow_v1_CloseDone, CloseDone__Output as _restow_v1_CloseDone__Output } from '../../restow/v1/CloseDone.ts';
import type { RetireDone as _restow_v1_RetireDone, RetireDone__Output as _restow_v1_RetireDone__Output } from '../../restow/v1/RetireDone.ts';
import type { PutAsideDone as _restow_v1_PutAsideDone, PutAsideDone__Output as _restow_v1_PutAsideDone__Output } from '../../restow/v1/PutAsideDone.ts';
import type { ReviveDone as _restow_v1_ReviveDone, ReviveDone__Output as _restow_v1_ReviveDone__Output } from '../../restow/v1/ReviveDone.ts';
import type { MeasureVolumesDone as _restow_v1_MeasureVolumesDone, MeasureVolumesDone__Output as _restow_v1_MeasureVolumesDone__Output } from '../../restow/v1/MeasureVolumesDone.ts';
import type { PurgeVolumeDone as _restow_v1_PurgeVolumeDone, PurgeVolumeDone__Output as _restow_v1_PurgeVolumeDone__Output } from '../../restow/v1/PurgeVolumeDone.ts';

/**
 * The end of an order. Repeated after a reconnect until the coordinator has answered nothing but new orders: an
 * outcome for an order id nobody waits for is dropped.
 */
export interface OrderOutcome {
  'orderId'?: (string);
  'failure'?: (_restow_v1_OrderFailure | null);
  'resolveImage'?: (_restow_v1_ResolveImageDone | null);
  'survey'?: (_restow_v1_SurveyDone | null);
  'pullImage'?: (_restow_v1_PullImageDone | null);
  'prepare'?: (_restow_v1_PrepareDone | null);
  'open'?: (_restow_v1_OpenDone | null);
  'take'?: (_restow_v1_TakeDone | null);
  'flip'?: (_restow_v1_FlipDone | null);
  'drain'?: (_restow_v1_DrainDone | null);
  'settle'?: (_restow_v1_SettleDone | null);
  'close'?: (_restow_v1_CloseDone | null);
  'retire'?: (_restow_v1_RetireDone | null);
  'putAside'?: (_restow_v1_PutAsideDone | null);
  'revive'?: (_restow_v1_ReviveDone | null);
  'measureVolumes'?: (_restow_v1_MeasureVolumesDone | null);
  'purgeVolume'?: (_restow_v1_PurgeVolumeDone | null);
  'outcome'?: "failure"|"resolveImage"|"survey"|"pullImage"|"prepare"|"open"|"take"|"flip"|"drain"|"settle"|"close"|"retire"|"putAside"|"revive"|"measureVolumes"|"purgeVolume";
}

/**
 * The end of an order. Repeated after a reconnect until the coordinator has answered nothing but new orders: an
 * outcome for an order id nobody waits for is dropped.
 */
export interface OrderOutcome__Output {
  'orderId': (string);
  'failure'?: (_restow_v1_OrderFailure__Output | null);
  'resolveImage'?: (_restow_v1_ResolveImageDone__Output | null);
  'survey'?: (_restow_v1_SurveyDone__Output | null);
  'pullImage'?: (_restow_v1_PullImageDone__Output | null);
  'prepare'?: (_restow_v1_PrepareDone__Output | null);
  'open'?: (_restow_v1_OpenDone__Output | null);
  'take'?: (_restow_v1_TakeDone__Output | null);
  'flip'?: (_restow_v1_FlipDone__Output | null);
  'drain'?: (_restow_v1_DrainDone__Output | null);
  'settle'?: (_restow_v1_SettleDone__Output | null);
  'close'?: (_restow_v1_CloseDone__Output | null);
  'retire'?: (_restow_v1_RetireDone__Output | null);
  'putAside'?: (_restow_v1_PutAsideDone__Output | null);
  'revive'?: (_restow_v1_ReviveDone__Output | null);
  'measureVolumes'?: (_restow_v1_MeasureVolumesDone__Output | null);
  'purgeVolume'?: (_restow_v1_PurgeVolumeDone__Output | null);
  'outcome'?: "failure"|"resolveImage"|"survey"|"pullImage"|"prepare"|"open"|"take"|"flip"|"drain"|"settle"|"close"|"retire"|"putAside"|"revive"|"measureVolumes"|"purgeVolume";
}
