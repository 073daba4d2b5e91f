// Original file: proto/restow/v1/api.proto


export interface GetServerRequest {
}

export interface GetServerRequest__Output {
}
