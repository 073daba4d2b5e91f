// Original file: proto/restow/v1/agent.proto


export interface ReviveDone {
  'healthyAfterMs'?: (number);
}

export interface ReviveDone__Output {
  'healthyAfterMs': (number);
}
