// Original file: proto/restow/v1/api.proto


export interface Reason {
  'code'?: (string);
  'message'?: (string);
}

export interface Reason__Output {
  'code': (string);
  'message': (string);
}
