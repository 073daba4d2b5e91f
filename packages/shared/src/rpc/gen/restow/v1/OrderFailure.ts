// Original file: proto/restow/v1/agent.proto


export interface OrderFailure {
  /**
   * One of the codes of the project's OrderFailure, such as instance-exited or disk-full.
   */
  'code'?: (string);
  'message'?: (string);
  'exitCode'?: (number);
  /**
   * Last lines of the instance, oldest first.
   */
  'logTail'?: (string)[];
  '_exitCode'?: "exitCode";
}

export interface OrderFailure__Output {
  /**
   * One of the codes of the project's OrderFailure, such as instance-exited or disk-full.
   */
  'code': (string);
  'message': (string);
  'exitCode'?: (number);
  /**
   * Last lines of the instance, oldest first.
   */
  'logTail': (string)[];
  '_exitCode'?: "exitCode";
}
