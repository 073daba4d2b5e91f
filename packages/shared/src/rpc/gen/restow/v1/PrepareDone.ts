// Original file: proto/restow/v1/agent.proto

import type { VolumeUse as _restow_v1_VolumeUse, VolumeUse__Output as _restow_v1_VolumeUse__Output } from '../../restow/v1/VolumeUse.ts';

export interface PrepareDone {
  'containerId'?: (string);
  'containerName'?: (string);
  /**
   * All it will have, those an image's own VOLUME paths were given included.
   */
  'volumes'?: (_restow_v1_VolumeUse)[];
}

export interface PrepareDone__Output {
  'containerId': (string);
  'containerName': (string);
  /**
   * All it will have, those an image's own VOLUME paths were given included.
   */
  'volumes': (_restow_v1_VolumeUse__Output)[];
}
