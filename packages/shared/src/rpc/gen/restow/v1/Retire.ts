// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * Remove a stopped instance for good once its last log line is acknowledged. Answered at once.
 */
export interface Retire {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * Remove a stopped instance for good once its last log line is acknowledged. Answered at once.
 */
export interface Retire__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
