// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * The instance has the slot's address, and this node forwards to it by itself: nobody has to relay.
 */
export interface Settle {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * The instance has the slot's address, and this node forwards to it by itself: nobody has to relay.
 */
export interface Settle__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
