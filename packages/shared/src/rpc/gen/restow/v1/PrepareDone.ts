// Original file: proto/restow/v1/agent.proto


export interface PrepareDone {
  'containerId'?: (string);
  'containerName'?: (string);
}

export interface PrepareDone__Output {
  'containerId': (string);
  'containerName': (string);
}
