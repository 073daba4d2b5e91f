// Original file: proto/restow/v1/api.proto


export interface SetNodeAvailabilityRequest {
  'node'?: (string);
  /**
   * active or cordoned.
   */
  'availability'?: (string);
}

export interface SetNodeAvailabilityRequest__Output {
  'node': (string);
  /**
   * active or cordoned.
   */
  'availability': (string);
}
