// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * What a handover of this slot's address needed on this node is gone: pins, relay, temporary end.
 */
export interface Close {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * What a handover of this slot's address needed on this node is gone: pins, relay, temporary end.
 */
export interface Close__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
