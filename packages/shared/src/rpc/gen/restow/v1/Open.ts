// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * The old instance lets go of the slot's address and serves on by its node's ports until it is drained.
 */
export interface Open {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * The old instance lets go of the slot's address and serves on by its node's ports until it is drained.
 */
export interface Open__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
