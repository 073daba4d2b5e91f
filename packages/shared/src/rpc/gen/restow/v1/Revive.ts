// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * Give a kept instance its address, ports and restart policy back, start it unless it runs, wait until it is healthy.
 */
export interface Revive {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * Give a kept instance its address, ports and restart policy back, start it unless it runs, wait until it is healthy.
 */
export interface Revive__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
