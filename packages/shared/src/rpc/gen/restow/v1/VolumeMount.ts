// Original file: proto/restow/v1/api.proto


export interface VolumeMount {
  'path'?: (string);
  /**
   * exclusive or shared.
   */
  'access'?: (string);
  'readOnly'?: (boolean);
  /**
   * The person's name for it; empty: named after service, slot and path.
   */
  'name'?: (string);
}

export interface VolumeMount__Output {
  'path': (string);
  /**
   * exclusive or shared.
   */
  'access': (string);
  'readOnly': (boolean);
  /**
   * The person's name for it; empty: named after service, slot and path.
   */
  'name': (string);
}
