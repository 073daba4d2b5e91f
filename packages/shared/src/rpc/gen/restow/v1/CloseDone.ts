// Original file: proto/restow/v1/agent.proto


export interface CloseDone {
}

export interface CloseDone__Output {
}
