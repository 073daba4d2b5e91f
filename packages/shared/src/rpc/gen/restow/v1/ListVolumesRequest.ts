// Original file: proto/restow/v1/api.proto


export interface ListVolumesRequest {
}

export interface ListVolumesRequest__Output {
}
