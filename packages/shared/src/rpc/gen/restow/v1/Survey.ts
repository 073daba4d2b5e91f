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
 * What a plan must know of a node and only the node knows. Touches nothing.
 */
export interface Survey {
  'image'?: (_restow_v1_PinnedImage | null);
  'ports'?: (_restow_v1_Survey_PortKey)[];
}

/**
 * What a plan must know of a node and only the node knows. Touches nothing.
 */
export interface Survey__Output {
  'image': (_restow_v1_PinnedImage__Output | null);
  'ports': (_restow_v1_Survey_PortKey__Output)[];
}
