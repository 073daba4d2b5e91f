// Original file: proto/restow/v1/agent.proto

import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from '../../restow/v1/InstanceRef.ts';

/**
 * Reserved for the native handover; refused as `unsupported` until it exists.
 */
export interface Close {
  'instance'?: (_restow_v1_InstanceRef | null);
}

/**
 * Reserved for the native handover; refused as `unsupported` until it exists.
 */
export interface Close__Output {
  'instance': (_restow_v1_InstanceRef__Output | null);
}
