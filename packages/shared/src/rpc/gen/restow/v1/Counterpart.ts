// Original file: proto/restow/v1/agent.proto

import type { PublishedPort as _restow_v1_PublishedPort, PublishedPort__Output as _restow_v1_PublishedPort__Output } from '../../restow/v1/PublishedPort.ts';

/**
 * The other node of a handover between two: the one that has the new instance.
 */
export interface Counterpart {
  'underlay'?: (string);
  /**
   * Ports of that node that lead to the new instance.
   */
  'ports'?: (_restow_v1_PublishedPort)[];
}

/**
 * The other node of a handover between two: the one that has the new instance.
 */
export interface Counterpart__Output {
  'underlay': (string);
  /**
   * Ports of that node that lead to the new instance.
   */
  'ports': (_restow_v1_PublishedPort__Output)[];
}
