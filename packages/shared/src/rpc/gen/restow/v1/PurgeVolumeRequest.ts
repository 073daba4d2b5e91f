// Original file: proto/restow/v1/api.proto


export interface PurgeVolumeRequest {
  /**
   * Name, or id.
   */
  'volume'?: (string);
  /**
   * Its name once more, typed by the person.
   */
  'confirm'?: (string);
}

export interface PurgeVolumeRequest__Output {
  /**
   * Name, or id.
   */
  'volume': (string);
  /**
   * Its name once more, typed by the person.
   */
  'confirm': (string);
}
