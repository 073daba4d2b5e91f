// Original file: proto/restow/v1/agent.proto

import type { Hello as _restow_v1_Hello, Hello__Output as _restow_v1_Hello__Output } from '../../restow/v1/Hello.ts';
import type { OrderOutcome as _restow_v1_OrderOutcome, OrderOutcome__Output as _restow_v1_OrderOutcome__Output } from '../../restow/v1/OrderOutcome.ts';
import type { OrderProgress as _restow_v1_OrderProgress, OrderProgress__Output as _restow_v1_OrderProgress__Output } from '../../restow/v1/OrderProgress.ts';
import type { Observation as _restow_v1_Observation, Observation__Output as _restow_v1_Observation__Output } from '../../restow/v1/Observation.ts';
import type { Heartbeat as _restow_v1_Heartbeat, Heartbeat__Output as _restow_v1_Heartbeat__Output } from '../../restow/v1/Heartbeat.ts';
import type { TableApplied as _restow_v1_TableApplied, TableApplied__Output as _restow_v1_TableApplied__Output } from '../../restow/v1/TableApplied.ts';
import type { NodeRefused as _restow_v1_NodeRefused, NodeRefused__Output as _restow_v1_NodeRefused__Output } from '../../restow/v1/NodeRefused.ts';

export interface FromAgent {
  'hello'?: (_restow_v1_Hello | null);
  'outcome'?: (_restow_v1_OrderOutcome | null);
  'progress'?: (_restow_v1_OrderProgress | null);
  'observation'?: (_restow_v1_Observation | null);
  'heartbeat'?: (_restow_v1_Heartbeat | null);
  'tableApplied'?: (_restow_v1_TableApplied | null);
  'refused'?: (_restow_v1_NodeRefused | null);
  'message'?: "hello"|"outcome"|"progress"|"observation"|"heartbeat"|"tableApplied"|"refused";
}

export interface FromAgent__Output {
  'hello'?: (_restow_v1_Hello__Output | null);
  'outcome'?: (_restow_v1_OrderOutcome__Output | null);
  'progress'?: (_restow_v1_OrderProgress__Output | null);
  'observation'?: (_restow_v1_Observation__Output | null);
  'heartbeat'?: (_restow_v1_Heartbeat__Output | null);
  'tableApplied'?: (_restow_v1_TableApplied__Output | null);
  'refused'?: (_restow_v1_NodeRefused__Output | null);
  'message'?: "hello"|"outcome"|"progress"|"observation"|"heartbeat"|"tableApplied"|"refused";
}
