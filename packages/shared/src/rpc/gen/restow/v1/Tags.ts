// Original file: proto/restow/v1/api.proto


export interface Tags {
  /**
   * service or node.
   */
  'kind'?: (string);
  'name'?: (string);
  'tags'?: (string)[];
  /**
   * Such as: no node carries this tag.
   */
  'warnings'?: (string)[];
}

export interface Tags__Output {
  /**
   * service or node.
   */
  'kind': (string);
  'name': (string);
  'tags': (string)[];
  /**
   * Such as: no node carries this tag.
   */
  'warnings': (string)[];
}
