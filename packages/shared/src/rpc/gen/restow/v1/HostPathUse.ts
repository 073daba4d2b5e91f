// Original file: proto/restow/v1/agent.proto


/**
 * A path of the node; the engine makes a directory where nothing is.
 */
export interface HostPathUse {
  'hostPath'?: (string);
  'path'?: (string);
  'readOnly'?: (boolean);
}

/**
 * A path of the node; the engine makes a directory where nothing is.
 */
export interface HostPathUse__Output {
  'hostPath': (string);
  'path': (string);
  'readOnly': (boolean);
}
