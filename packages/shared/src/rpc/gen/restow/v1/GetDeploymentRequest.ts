// Original file: proto/restow/v1/api.proto


export interface GetDeploymentRequest {
  /**
   * Number or uuid.
   */
  'deployment'?: (string);
}

export interface GetDeploymentRequest__Output {
  /**
   * Number or uuid.
   */
  'deployment': (string);
}
