// Original file: proto/restow/v1/api.proto


/**
 * A path of the node seen in the container.
 */
export interface HostPathMount {
  'hostPath'?: (string);
  'path'?: (string);
  /**
   * exclusive or shared.
   */
  'access'?: (string);
  'readOnly'?: (boolean);
}

/**
 * A path of the node seen in the container.
 */
export interface HostPathMount__Output {
  'hostPath': (string);
  'path': (string);
  /**
   * exclusive or shared.
   */
  'access': (string);
  'readOnly': (boolean);
}
