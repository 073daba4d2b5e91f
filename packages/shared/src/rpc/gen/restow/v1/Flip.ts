// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * The slot's address, new connections and published ports go to this instance; it gets its restart policy.
 */
export interface Flip {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * The slot's address, new connections and published ports go to this instance; it gets its restart policy.
 */
export interface Flip__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
