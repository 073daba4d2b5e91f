// Original file: proto/restow/v1/agent.proto


export interface VolumeUse {
  'name'?: (string);
  'path'?: (string);
  'readOnly'?: (boolean);
  /**
   * Another slot's: it has to be there already.
   */
  'borrowed'?: (boolean);
}

export interface VolumeUse__Output {
  'name': (string);
  'path': (string);
  'readOnly': (boolean);
  /**
   * Another slot's: it has to be there already.
   */
  'borrowed': (boolean);
}
