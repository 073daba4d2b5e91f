// Original file: proto/restow/v1/agent.proto

import type { ObservedInstance as _restow_v1_ObservedInstance, ObservedInstance__Output as _restow_v1_ObservedInstance__Output } from '../../restow/v1/ObservedInstance.ts';

/**
 * Containers that changed, or, with `complete`, all there are.
 */
export interface Observation {
  'instances'?: (_restow_v1_ObservedInstance)[];
  'complete'?: (boolean);
}

/**
 * Containers that changed, or, with `complete`, all there are.
 */
export interface Observation__Output {
  'instances': (_restow_v1_ObservedInstance__Output)[];
  'complete': (boolean);
}
