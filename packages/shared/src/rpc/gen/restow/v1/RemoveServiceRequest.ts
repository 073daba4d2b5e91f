// Original file: proto/restow/v1/api.proto


export interface RemoveServiceRequest {
  'service'?: (string);
}

export interface RemoveServiceRequest__Output {
  'service': (string);
}
