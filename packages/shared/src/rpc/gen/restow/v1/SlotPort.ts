// Original file: proto/restow/v1/api.proto


/**
 * A port of a slot.
 */
export interface SlotPort {
  'containerPort'?: (number);
  'protocol'?: (string);
  /**
   * 0: exposed only, at the slot's address.
   */
  'hostPort'?: (number);
}

/**
 * A port of a slot.
 */
export interface SlotPort__Output {
  'containerPort': (number);
  'protocol': (string);
  /**
   * 0: exposed only, at the slot's address.
   */
  'hostPort': (number);
}
