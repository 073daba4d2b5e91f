// Original file: proto/restow/v1/agent.proto


export interface ExposedPort {
  'containerPort'?: (number);
  /**
   * tcp or udp.
   */
  'protocol'?: (string);
}

export interface ExposedPort__Output {
  'containerPort': (number);
  /**
   * tcp or udp.
   */
  'protocol': (string);
}
