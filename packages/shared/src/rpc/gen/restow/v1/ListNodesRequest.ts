// Original file: proto/restow/v1/api.proto


export interface ListNodesRequest {
}

export interface ListNodesRequest__Output {
}
