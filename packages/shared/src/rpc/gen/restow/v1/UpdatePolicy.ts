// Original file: proto/restow/v1/api.proto


export interface UpdatePolicy {
  /**
   * auto, start-first, stop-first or recreate.
   */
  'order'?: (string);
  'gate'?: (boolean);
  /**
   * Absent: all the rest at once.
   */
  'batch'?: (number);
  'minRunningMs'?: (number);
  'healthDeadlineMs'?: (number);
  'watchMs'?: (number);
  /**
   * rollback, pause or continue.
   */
  'onFailure'?: (string);
  '_gate'?: "gate";
  '_batch'?: "batch";
}

export interface UpdatePolicy__Output {
  /**
   * auto, start-first, stop-first or recreate.
   */
  'order': (string);
  'gate'?: (boolean);
  /**
   * Absent: all the rest at once.
   */
  'batch'?: (number);
  'minRunningMs': (number);
  'healthDeadlineMs': (number);
  'watchMs': (number);
  /**
   * rollback, pause or continue.
   */
  'onFailure': (string);
  '_gate'?: "gate";
  '_batch'?: "batch";
}
