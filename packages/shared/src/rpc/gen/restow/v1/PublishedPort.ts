// Original file: proto/restow/v1/common.proto


export interface PublishedPort {
  'containerPort'?: (number);
  'hostPort'?: (number);
  /**
   * "tcp" or "udp".
   */
  'protocol'?: (string);
}

export interface PublishedPort__Output {
  'containerPort': (number);
  'hostPort': (number);
  /**
   * "tcp" or "udp".
   */
  'protocol': (string);
}
