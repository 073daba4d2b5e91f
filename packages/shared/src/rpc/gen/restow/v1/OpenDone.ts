// Original file: proto/restow/v1/agent.proto


export interface OpenDone {
}

export interface OpenDone__Output {
}
