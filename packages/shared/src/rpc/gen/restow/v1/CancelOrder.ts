// Original file: proto/restow/v1/agent.proto


export interface CancelOrder {
  'orderId'?: (string);
}

export interface CancelOrder__Output {
  'orderId': (string);
}
