// Original file: proto/restow/v1/api.proto

import type { Plan as _restow_v1_Plan, Plan__Output as _restow_v1_Plan__Output } from '../../restow/v1/Plan.ts';
import type { PlanRefusal as _restow_v1_PlanRefusal, PlanRefusal__Output as _restow_v1_PlanRefusal__Output } from '../../restow/v1/PlanRefusal.ts';

export interface PlanReply {
  'plan'?: (_restow_v1_Plan | null);
  'refusal'?: (_restow_v1_PlanRefusal | null);
  'outcome'?: "plan"|"refusal";
}

export interface PlanReply__Output {
  'plan'?: (_restow_v1_Plan__Output | null);
  'refusal'?: (_restow_v1_PlanRefusal__Output | null);
  'outcome'?: "plan"|"refusal";
}
