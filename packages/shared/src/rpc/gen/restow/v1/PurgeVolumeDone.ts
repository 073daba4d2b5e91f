// Original file: proto/restow/v1/agent.proto


export interface PurgeVolumeDone {
  /**
   * It was there.
   */
  'removed'?: (boolean);
}

export interface PurgeVolumeDone__Output {
  /**
   * It was there.
   */
  'removed': (boolean);
}
