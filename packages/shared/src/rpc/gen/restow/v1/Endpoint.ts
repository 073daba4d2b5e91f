// Original file: proto/restow/v1/agent.proto


export interface Endpoint {
  'slotId'?: (string);
  'slotName'?: (string);
  'address'?: (string);
  'nodeId'?: (string);
  'underlay'?: (string);
  'slotIndex'?: (number);
  'serviceId'?: (string);
  'serviceName'?: (string);
  /**
   * Empty: none.
   */
  'stack'?: (string);
  /**
   * Names lead to it: one of its instances serves, or did before.
   */
  'named'?: (boolean);
  /**
   * Its instance was deployed with the strategy EVERY_NODE. Two such services that are linked see each other node by node.
   */
  'everyNode'?: (boolean);
}

export interface Endpoint__Output {
  'slotId': (string);
  'slotName': (string);
  'address': (string);
  'nodeId': (string);
  'underlay': (string);
  'slotIndex': (number);
  'serviceId': (string);
  'serviceName': (string);
  /**
   * Empty: none.
   */
  'stack': (string);
  /**
   * Names lead to it: one of its instances serves, or did before.
   */
  'named': (boolean);
  /**
   * Its instance was deployed with the strategy EVERY_NODE. Two such services that are linked see each other node by node.
   */
  'everyNode': (boolean);
}
