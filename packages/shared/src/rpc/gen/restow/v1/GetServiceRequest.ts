// Original file: proto/restow/v1/api.proto


export interface GetServiceRequest {
  'service'?: (string);
}

export interface GetServiceRequest__Output {
  'service': (string);
}
