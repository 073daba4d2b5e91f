// Original file: proto/restow/v1/agent.proto

import type { InstanceSpec as _restow_v1_InstanceSpec, InstanceSpec__Output as _restow_v1_InstanceSpec__Output } from '../../restow/v1/InstanceSpec.ts';

/**
 * Start the new instance, wait until it is healthy.
 */
export interface Take {
  'instance'?: (_restow_v1_InstanceSpec | null);
  /**
   * The old one is on another node, which relays to this one what is the new one's.
   */
  'relayed'?: (boolean);
}

/**
 * Start the new instance, wait until it is healthy.
 */
export interface Take__Output {
  'instance': (_restow_v1_InstanceSpec__Output | null);
  /**
   * The old one is on another node, which relays to this one what is the new one's.
   */
  'relayed': (boolean);
}
