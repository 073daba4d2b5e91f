// Original file: proto/restow/v1/api.proto


/**
 * A port of the container, as a definition wants it.
 */
export interface ServicePort {
  'containerPort'?: (number);
  /**
   * tcp (also when empty) or udp.
   */
  'protocol'?: (string);
  /**
   * Open at the slot's address alone, and on no node.
   */
  'exposedOnly'?: (boolean);
  /**
   * 0: one of the dynamic range, chosen by the plan.
   */
  'hostPort'?: (number);
}

/**
 * A port of the container, as a definition wants it.
 */
export interface ServicePort__Output {
  'containerPort': (number);
  /**
   * tcp (also when empty) or udp.
   */
  'protocol': (string);
  /**
   * Open at the slot's address alone, and on no node.
   */
  'exposedOnly': (boolean);
  /**
   * 0: one of the dynamic range, chosen by the plan.
   */
  'hostPort': (number);
}
