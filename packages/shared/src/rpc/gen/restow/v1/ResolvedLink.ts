// Original file: proto/restow/v1/agent.proto


export interface ResolvedLink {
  'alias'?: (string);
  'serviceId'?: (string);
  'serviceName'?: (string);
}

export interface ResolvedLink__Output {
  'alias': (string);
  'serviceId': (string);
  'serviceName': (string);
}
