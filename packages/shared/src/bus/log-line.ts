/** One line of a container's output, as it travels and as it is shown. */
export interface LogLine {
  nodeId: string;
  serviceId: string;
  deploymentId: string;
  slotIndex: number;
  slotName: string;
  nodeName: string;
  instanceId: string;
  /** Line number within the instance, from 1; no gaps but those a gap line names. */
  seq: number;
  /** As the engine stamped it: RFC 3339 with nanoseconds, such as `2026-01-02T03:04:05.123456789Z`. */
  time: string;
  /** `gap`: lines that were rotated away before they could be read; `line` says which. */
  stream: 'stdout' | 'stderr' | 'gap';
  line: string;
  /** The line goes on in the next one. */
  partial: boolean;
}
