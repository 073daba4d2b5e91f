// Original file: proto/restow/v1/agent.proto


export interface RetireDone {
  'removedNow'?: (boolean);
}

export interface RetireDone__Output {
  'removedNow': (boolean);
}
