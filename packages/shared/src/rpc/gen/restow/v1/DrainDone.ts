// Original file: proto/restow/v1/agent.proto


export interface DrainDone {
  'exitCode'?: (number);
  'killed'?: (boolean);
  'tookMs'?: (number);
  /**
   * Connections it held when it was last looked at, just before its end.
   */
  'cut'?: (number);
  '_exitCode'?: "exitCode";
}

export interface DrainDone__Output {
  'exitCode'?: (number);
  'killed': (boolean);
  'tookMs': (number);
  /**
   * Connections it held when it was last looked at, just before its end.
   */
  'cut': (number);
  '_exitCode'?: "exitCode";
}
