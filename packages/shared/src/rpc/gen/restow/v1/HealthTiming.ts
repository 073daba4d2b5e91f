// Original file: proto/restow/v1/common.proto


/**
 * When and how often an instance is checked. Absent fields: as the image says, or where that says nothing the default.
 */
export interface HealthTiming {
  /**
   * Default 5000; for a command 2000.
   */
  'intervalMs'?: (number);
  /**
   * Default 2000; for a command 30000.
   */
  'timeoutMs'?: (number);
  /**
   * Failures in a row that make it unhealthy; default 3.
   */
  'retries'?: (number);
  /**
   * Failures do not count so long after the start; default 0.
   */
  'startPeriodMs'?: (number);
  '_intervalMs'?: "intervalMs";
  '_timeoutMs'?: "timeoutMs";
  '_retries'?: "retries";
  '_startPeriodMs'?: "startPeriodMs";
}

/**
 * When and how often an instance is checked. Absent fields: as the image says, or where that says nothing the default.
 */
export interface HealthTiming__Output {
  /**
   * Default 5000; for a command 2000.
   */
  'intervalMs'?: (number);
  /**
   * Default 2000; for a command 30000.
   */
  'timeoutMs'?: (number);
  /**
   * Failures in a row that make it unhealthy; default 3.
   */
  'retries'?: (number);
  /**
   * Failures do not count so long after the start; default 0.
   */
  'startPeriodMs'?: (number);
  '_intervalMs'?: "intervalMs";
  '_timeoutMs'?: "timeoutMs";
  '_retries'?: "retries";
  '_startPeriodMs'?: "startPeriodMs";
}
