// Original file: proto/restow/v1/common.proto


/**
 * A port as it stands on a node.
 */
export interface PublishedPort {
  'containerPort'?: (number);
  'hostPort'?: (number);
  /**
   * "tcp" or "udp".
   */
  'protocol'?: (string);
}

/**
 * A port as it stands on a node.
 */
export interface PublishedPort__Output {
  'containerPort': (number);
  'hostPort': (number);
  /**
   * "tcp" or "udp".
   */
  'protocol': (string);
}
