// Original file: proto/restow/v1/agent.proto


export interface DrainDone {
  'exitCode'?: (number);
  'killed'?: (boolean);
  'tookMs'?: (number);
  '_exitCode'?: "exitCode";
}

export interface DrainDone__Output {
  'exitCode'?: (number);
  'killed': (boolean);
  'tookMs': (number);
  '_exitCode'?: "exitCode";
}
