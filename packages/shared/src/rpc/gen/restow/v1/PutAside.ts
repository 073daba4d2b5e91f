// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * Stop an instance that failed, keep it out of the way.
 */
export interface PutAside {
  'instance'?: (_restow_v1_InstanceRef | null);
  'tailLines'?: (number);
}

/**
 * Stop an instance that failed, keep it out of the way.
 */
export interface PutAside__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
  'tailLines': (number);
}
