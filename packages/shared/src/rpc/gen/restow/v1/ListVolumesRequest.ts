// Original file: proto/restow/v1/api.proto


export interface ListVolumesRequest {
  /**
   * Ask the nodes for sizes and users.
   */
  'measure'?: (boolean);
}

export interface ListVolumesRequest__Output {
  /**
   * Ask the nodes for sizes and users.
   */
  'measure': (boolean);
}
