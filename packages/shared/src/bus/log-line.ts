/** One line of a container's output, as it travels and as it is shown. */
export interface LogLine {
  nodeId: string;
  serviceId: string;
  deploymentId: string;
  slotIndex: number;
  slotName: string;
  nodeName: string;
  instanceId: string;
  /**
   * Number within the instance, from 1, without gaps and never twice. A gap line takes one number, for nobody can count
   * what was rotated away; each piece of a line the engine broke takes one too.
   */
  seq: number;
  /** As the engine stamped it: RFC 3339 in UTC with nine digits, such as `2026-01-02T03:04:05.123456789Z`. */
  time: string;
  /** `gap`: lines that were rotated away before they could be read; `line` says between which times. */
  stream: 'stdout' | 'stderr' | 'gap';
  line: string;
  /** The line goes on in the next one of the same stream. */
  partial: boolean;
}
