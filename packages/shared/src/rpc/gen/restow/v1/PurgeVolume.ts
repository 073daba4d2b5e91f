// Original file: proto/restow/v1/agent.proto


/**
 * Deletes a volume of ours and all its data. Refused as volume-in-use while any container mounts it. The one order that
 * destroys data.
 */
export interface PurgeVolume {
  'name'?: (string);
}

/**
 * Deletes a volume of ours and all its data. Refused as volume-in-use while any container mounts it. The one order that
 * destroys data.
 */
export interface PurgeVolume__Output {
  'name': (string);
}
