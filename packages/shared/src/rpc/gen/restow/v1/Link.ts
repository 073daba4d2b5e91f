// Original file: proto/restow/v1/api.proto


export interface Link {
  'service'?: (string);
  'alias'?: (string);
}

export interface Link__Output {
  'service': (string);
  'alias': (string);
}
