// Original file: proto/restow/v1/api.proto


export interface DeploymentLogsRequest {
  'deployment'?: (string);
  'follow'?: (boolean);
}

export interface DeploymentLogsRequest__Output {
  'deployment': (string);
  'follow': (boolean);
}
