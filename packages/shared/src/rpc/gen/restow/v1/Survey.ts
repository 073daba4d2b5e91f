// Original file: proto/restow/v1/agent.proto

import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from '../../restow/v1/PinnedImage.ts';

export interface _restow_v1_Survey_PortKey {
  'protocol'?: (string);
  'port'?: (number);
}

export interface _restow_v1_Survey_PortKey__Output {
  'protocol': (string);
  'port': (number);
}

/**
 * Both ends included.
 */
export interface _restow_v1_Survey_PortRange {
  'first'?: (number);
  'last'?: (number);
}

/**
 * Both ends included.
 */
export interface _restow_v1_Survey_PortRange__Output {
  'first': (number);
  'last': (number);
}

/**
 * What a plan must know of a node and only the node knows. Touches nothing.
 */
export interface Survey {
  'image'?: (_restow_v1_PinnedImage | null);
  'ports'?: (_restow_v1_Survey_PortKey)[];
  /**
   * Absent: none. Who holds any port of this range is told too.
   */
  'dynamicPorts'?: (_restow_v1_Survey_PortRange | null);
  /**
   * Names of volumes: told which of them exist that Restow did not make.
   */
  'volumes'?: (string)[];
}

/**
 * What a plan must know of a node and only the node knows. Touches nothing.
 */
export interface Survey__Output {
  'image': (_restow_v1_PinnedImage__Output | null);
  'ports': (_restow_v1_Survey_PortKey__Output)[];
  /**
   * Absent: none. Who holds any port of this range is told too.
   */
  'dynamicPorts': (_restow_v1_Survey_PortRange__Output | null);
  /**
   * Names of volumes: told which of them exist that Restow did not make.
   */
  'volumes': (string)[];
}
