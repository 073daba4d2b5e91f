// Original file: proto/restow/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface LogLine {
  'slotName'?: (string);
  'nodeName'?: (string);
  'instanceId'?: (string);
  'deploymentNumber'?: (number);
  /**
   * Line number within the instance, from 1; no gaps but those a gap line names.
   */
  'seq'?: (number | string | Long);
  /**
   * As the engine stamped it: RFC 3339 with nanoseconds.
   */
  'time'?: (string);
  /**
   * stdout, stderr, gap: lines that were rotated away before they could be read, or notice: no output of any slot, but
   * what a reader who follows should know, such as that NATS is away; its seq is 0.
   */
  'stream'?: (string);
  'line'?: (string);
  /**
   * The line goes on in the next one (longer than the engine keeps together).
   */
  'partial'?: (boolean);
}

export interface LogLine__Output {
  'slotName': (string);
  'nodeName': (string);
  'instanceId': (string);
  'deploymentNumber': (number);
  /**
   * Line number within the instance, from 1; no gaps but those a gap line names.
   */
  'seq': (number);
  /**
   * As the engine stamped it: RFC 3339 with nanoseconds.
   */
  'time': (string);
  /**
   * stdout, stderr, gap: lines that were rotated away before they could be read, or notice: no output of any slot, but
   * what a reader who follows should know, such as that NATS is away; its seq is 0.
   */
  'stream': (string);
  'line': (string);
  /**
   * The line goes on in the next one (longer than the engine keeps together).
   */
  'partial': (boolean);
}
