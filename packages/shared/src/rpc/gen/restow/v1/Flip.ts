// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';
import type { Counterpart as _restow_v1_Counterpart, Counterpart__Output as _restow_v1_Counterpart__Output } from '../../restow/v1/Counterpart.ts';

/**
 * Without `towards`, to the node of the new instance: published ports lead to it, it gets its restart policy, and where
 * the old one is on this node new connections go to it. Else, to the node of the old instance: new connections go to that
 * node, those to this node's published ports included; what the old one holds stays with it.
 */
export interface Flip {
  'instance'?: (_restow_v1_InstanceRef | null);
  'towards'?: (_restow_v1_Counterpart | null);
}

/**
 * Without `towards`, to the node of the new instance: published ports lead to it, it gets its restart policy, and where
 * the old one is on this node new connections go to it. Else, to the node of the old instance: new connections go to that
 * node, those to this node's published ports included; what the old one holds stays with it.
 */
export interface Flip__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
  'towards': (_restow_v1_Counterpart__Output | null);
}
