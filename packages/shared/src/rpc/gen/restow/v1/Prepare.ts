// Original file: proto/restow/v1/agent.proto

import type { InstanceSpec as _restow_v1_InstanceSpec, InstanceSpec__Output as _restow_v1_InstanceSpec__Output } from '../../restow/v1/InstanceSpec.ts';

/**
 * Networks, volumes, ports checked; the container made, not started.
 */
export interface Prepare {
  'instance'?: (_restow_v1_InstanceSpec | null);
}

/**
 * Networks, volumes, ports checked; the container made, not started.
 */
export interface Prepare__Output {
  'instance': (_restow_v1_InstanceSpec__Output | null);
}
