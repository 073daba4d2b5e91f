// Original file: proto/restow/v1/api.proto


/**
 * All mounts of another service's slots, at the same paths.
 */
export interface VolumesFrom {
  'service'?: (string);
  'readOnly'?: (boolean);
}

/**
 * All mounts of another service's slots, at the same paths.
 */
export interface VolumesFrom__Output {
  'service': (string);
  'readOnly': (boolean);
}
