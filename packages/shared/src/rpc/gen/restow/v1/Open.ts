// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';
import type { Counterpart as _restow_v1_Counterpart, Counterpart__Output as _restow_v1_Counterpart__Output } from '../../restow/v1/Counterpart.ts';

/**
 * To the node of the old instance: a handover of its slot's address begins. Everything goes to the old one as before; its
 * restart policy is gone. Without `towards` the new one comes on this node, and the old one is undocked onto a temporary
 * end; else it comes on that node, and what is the new one's is relayed there. Given after a flip, it takes that back.
 */
export interface Open {
  'instance'?: (_restow_v1_InstanceRef | null);
  'towards'?: (_restow_v1_Counterpart | null);
}

/**
 * To the node of the old instance: a handover of its slot's address begins. Everything goes to the old one as before; its
 * restart policy is gone. Without `towards` the new one comes on this node, and the old one is undocked onto a temporary
 * end; else it comes on that node, and what is the new one's is relayed there. Given after a flip, it takes that back.
 */
export interface Open__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
  'towards': (_restow_v1_Counterpart__Output | null);
}
