// Original file: proto/restow/v1/api.proto


export interface ListDeploymentsRequest {
  /**
   * Empty: of all services.
   */
  'service'?: (string);
  /**
   * 0: 50.
   */
  'limit'?: (number);
}

export interface ListDeploymentsRequest__Output {
  /**
   * Empty: of all services.
   */
  'service': (string);
  /**
   * 0: 50.
   */
  'limit': (number);
}
