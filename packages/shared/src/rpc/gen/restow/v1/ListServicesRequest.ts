// Original file: proto/restow/v1/api.proto


export interface ListServicesRequest {
}

export interface ListServicesRequest__Output {
}
