// Original file: proto/restow/v1/api.proto

import type { DeploymentStep as _restow_v1_DeploymentStep, DeploymentStep__Output as _restow_v1_DeploymentStep__Output } from '../../restow/v1/DeploymentStep.ts';
import type { LogLine as _restow_v1_LogLine, LogLine__Output as _restow_v1_LogLine__Output } from '../../restow/v1/LogLine.ts';

export interface DeploymentLogEntry {
  'step'?: (_restow_v1_DeploymentStep | null);
  'line'?: (_restow_v1_LogLine | null);
  'entry'?: "step"|"line";
}

export interface DeploymentLogEntry__Output {
  'step'?: (_restow_v1_DeploymentStep__Output | null);
  'line'?: (_restow_v1_LogLine__Output | null);
  'entry'?: "step"|"line";
}
