// Original file: proto/restow/v1/common.proto


export interface EngineFacts {
  /**
   * The engine's own id.
   */
  'id'?: (string);
  'version'?: (string);
  'apiVersion'?: (string);
  'storageDriver'?: (string);
}

export interface EngineFacts__Output {
  /**
   * The engine's own id.
   */
  'id': (string);
  'version': (string);
  'apiVersion': (string);
  'storageDriver': (string);
}
