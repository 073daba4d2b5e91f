// Original file: proto/restow/v1/agent.proto


export interface FlipDone {
}

export interface FlipDone__Output {
}
