// Original file: proto/restow/v1/agent.proto


export interface SettleDone {
}

export interface SettleDone__Output {
}
