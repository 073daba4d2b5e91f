// Original file: proto/restow/v1/api.proto


export interface GetVolumeRequest {
  /**
   * Name, or id.
   */
  'volume'?: (string);
}

export interface GetVolumeRequest__Output {
  /**
   * Name, or id.
   */
  'volume': (string);
}
