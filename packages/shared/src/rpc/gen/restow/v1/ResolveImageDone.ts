// Original file: proto/restow/v1/agent.proto

import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from '../../restow/v1/PinnedImage.ts';
import type { Long } from '@grpc/proto-loader';

export interface ResolveImageDone {
  'image'?: (_restow_v1_PinnedImage | null);
  'bytes'?: (number | string | Long);
}

export interface ResolveImageDone__Output {
  'image': (_restow_v1_PinnedImage__Output | null);
  'bytes': (number);
}
