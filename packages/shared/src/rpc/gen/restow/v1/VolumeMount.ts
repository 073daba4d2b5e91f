// Original file: proto/restow/v1/api.proto


export interface VolumeMount {
  'path'?: (string);
  /**
   * exclusive or shared.
   */
  'access'?: (string);
  'readOnly'?: (boolean);
}

export interface VolumeMount__Output {
  'path': (string);
  /**
   * exclusive or shared.
   */
  'access': (string);
  'readOnly': (boolean);
}
