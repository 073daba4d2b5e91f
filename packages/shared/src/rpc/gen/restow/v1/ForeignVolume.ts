// Original file: proto/restow/v1/agent.proto


/**
 * A volume of a name asked about that Restow did not make, and the containers that mount it.
 */
export interface ForeignVolume {
  'name'?: (string);
  'users'?: (string)[];
}

/**
 * A volume of a name asked about that Restow did not make, and the containers that mount it.
 */
export interface ForeignVolume__Output {
  'name': (string);
  'users': (string)[];
}
