// Original file: proto/restow/v1/agent.proto


export interface TakeDone {
  'healthyAfterMs'?: (number);
}

export interface TakeDone__Output {
  'healthyAfterMs': (number);
}
