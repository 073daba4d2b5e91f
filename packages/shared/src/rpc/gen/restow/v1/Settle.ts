// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * This node owns the slot's address.
 */
export interface Settle {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * This node owns the slot's address.
 */
export interface Settle__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
