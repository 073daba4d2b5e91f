// Original file: proto/restow/v1/agent.proto

import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from '../../restow/v1/PinnedImage.ts';

export interface PullImage {
  'image'?: (_restow_v1_PinnedImage | null);
}

export interface PullImage__Output {
  'image': (_restow_v1_PinnedImage__Output | null);
}
