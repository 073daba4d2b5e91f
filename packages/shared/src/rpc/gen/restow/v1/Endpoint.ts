// Original file: proto/restow/v1/agent.proto


export interface Endpoint {
  'slotId'?: (string);
  'slotName'?: (string);
  'address'?: (string);
  'nodeId'?: (string);
  'underlay'?: (string);
}

export interface Endpoint__Output {
  'slotId': (string);
  'slotName': (string);
  'address': (string);
  'nodeId': (string);
  'underlay': (string);
}
