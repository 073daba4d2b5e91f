// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * Take ports and restart policy away, ask it to end, kill it at the end of the grace, keep it stopped.
 */
export interface Drain {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * Take ports and restart policy away, ask it to end, kill it at the end of the grace, keep it stopped.
 */
export interface Drain__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
