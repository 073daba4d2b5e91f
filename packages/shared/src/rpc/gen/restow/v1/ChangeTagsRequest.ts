// Original file: proto/restow/v1/api.proto


export interface ChangeTagsRequest {
  'target'?: (string);
  'add'?: (string)[];
  'remove'?: (string)[];
}

export interface ChangeTagsRequest__Output {
  'target': (string);
  'add': (string)[];
  'remove': (string)[];
}
