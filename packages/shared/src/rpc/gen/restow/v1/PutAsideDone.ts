// Original file: proto/restow/v1/agent.proto


export interface PutAsideDone {
  'exitCode'?: (number);
  'logTail'?: (string)[];
  '_exitCode'?: "exitCode";
}

export interface PutAsideDone__Output {
  'exitCode'?: (number);
  'logTail': (string)[];
  '_exitCode'?: "exitCode";
}
