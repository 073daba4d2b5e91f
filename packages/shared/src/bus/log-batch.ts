import type { LogLine } from './log-line.ts';

/**
 * How lines travel: one message is one batch of one instance, its payload JSON lines (`{seq, time, stream, line}`, and
 * `partial` where a line goes on), its headers what must be known without reading the payload. Pure.
 */

/** A line as it is in the payload; what it has in common with the rest of its batch is in the headers. */
export type LogEntry = Pick<LogLine, 'seq' | 'time' | 'stream' | 'line' | 'partial'>;

/** Whose output a batch is, in names that can be shown after everything is gone. */
export interface LogOrigin {
  instanceId: string;
  containerId: string;
  nodeName: string;
  serviceName: string;
  slotName: string;
}

/**
 * Up to where an instance's output has been read: enough to find the place again in the engine's own files. An engine
 * numbers nothing, but stamps each stream's entries in order, so the place is "entry number `sameTime` of those of
 * `stream` with exactly this `time`" (the pieces of one long line may share a time).
 */
export interface LogPosition {
  /** Number of the last line, gap lines included. */
  seq: number;
  time: string;
  stream: 'stdout' | 'stderr';
  sameTime: number;
  /** When the run that wrote it was started, milliseconds since the epoch: after a restart the clock may be another. */
  run: number | null;
}

/** Where a batch stands among the messages of its subject; each a sequence number of the stream, 0 for none. */
export interface BatchNeighbours {
  /** The message before it. */
  previous: number;
  /** The newest message before it that another instance wrote. */
  other: number;
  /** Time of the subject's first line. */
  begins: string;
}

export interface BatchHeaders extends LogOrigin, BatchNeighbours {
  firstSeq: number;
  position: LogPosition;
}

/** A batch is closed at this size in bytes; the line that fills it has at most 16 KiB, six times that when escaped. */
export const batchBytes = 64 * 1024;

/** Lines of one instance on their way into one message. */
export class LogBatch {
  #text = '';
  #bytes = 0;
  #first: Pick<LogEntry, 'seq' | 'time' | 'stream'> = { seq: 0, time: '', stream: 'gap' };
  #position: LogPosition | null = null;
  #gapLast = false;

  add(entry: LogEntry, position: LogPosition): void {
    if (this.#position === null) this.#first = entry;
    const { seq, time, stream, line, partial } = entry;
    const more = partial ? ',"partial":true' : '';
    const json = `{"seq":${seq},"time":${JSON.stringify(time)},"stream":"${stream}","line":${JSON.stringify(line)}${more}}`;
    this.#text += this.#text === '' ? json : `\n${json}`;
    this.#bytes += Buffer.byteLength(json) + 1;
    this.#position = position;
    this.#gapLast = entry.stream === 'gap';
  }

  get empty(): boolean {
    return this.#position === null;
  }

  get full(): boolean {
    return this.#bytes >= batchBytes && !this.#gapLast;
  }

  /** A batch never ends with a gap line: the place after it is known by the line that follows. */
  get complete(): boolean {
    return this.#position !== null && !this.#gapLast;
  }

  get first(): Pick<LogEntry, 'seq' | 'time' | 'stream'> {
    return this.#first;
  }

  get payload(): Uint8Array {
    return Buffer.from(this.#text);
  }

  /** The same lines have the same id, however often they are read. */
  get messageId(): string {
    return `${this.#first.seq}-${this.#position?.seq ?? 0}`;
  }

  headers(origin: LogOrigin, neighbours: BatchNeighbours): Record<string, string> {
    const position = this.#position;
    if (position === null) throw new RangeError('an empty batch has no headers');
    return {
      [names.instance]: origin.instanceId,
      [names.container]: origin.containerId,
      [names.node]: origin.nodeName,
      [names.service]: origin.serviceName,
      [names.slot]: origin.slotName,
      [names.firstSeq]: String(this.#first.seq),
      [names.lastSeq]: String(position.seq),
      [names.lastTime]: position.time,
      [names.lastStream]: position.stream,
      [names.sameTime]: String(position.sameTime),
      [names.run]: position.run === null ? '' : String(position.run),
      [names.previous]: String(neighbours.previous),
      [names.other]: String(neighbours.other),
      [names.begins]: neighbours.begins,
    };
  }
}

const names = {
  instance: 'Restow-Instance',
  container: 'Restow-Container',
  node: 'Restow-Node',
  service: 'Restow-Service',
  slot: 'Restow-Slot',
  firstSeq: 'Restow-First-Seq',
  lastSeq: 'Restow-Last-Seq',
  lastTime: 'Restow-Last-Time',
  lastStream: 'Restow-Last-Stream',
  sameTime: 'Restow-Same-Time',
  run: 'Restow-Run',
  previous: 'Restow-Previous',
  other: 'Restow-Other',
  begins: 'Restow-Begins',
} as const;

/** Reads the headers of a batch; `null` when the message is no batch of ours. */
export const readBatchHeaders = (get: (name: string) => string | undefined): BatchHeaders | null => {
  const text = (name: string) => get(name) ?? '';
  const number = (name: string) => Number(text(name));
  const instanceId = text(names.instance);
  const stream = text(names.lastStream);
  if (instanceId === '' || number(names.lastSeq) < 1 || (stream !== 'stdout' && stream !== 'stderr')) return null;
  return {
    instanceId,
    containerId: text(names.container),
    nodeName: text(names.node),
    serviceName: text(names.service),
    slotName: text(names.slot),
    firstSeq: number(names.firstSeq),
    position: {
      seq: number(names.lastSeq),
      time: text(names.lastTime),
      stream,
      sameTime: number(names.sameTime),
      run: text(names.run) === '' ? null : number(names.run),
    },
    previous: number(names.previous),
    other: number(names.other),
    begins: text(names.begins),
  };
};

const decoder = new TextDecoder();

/** Lines of a payload, in order. Throws a SyntaxError when it is not one of ours. */
export const readBatchEntries = (payload: Uint8Array): LogEntry[] => {
  // JSON text has no bare line ends, so one parse reads them all.
  const entries = JSON.parse(`[${decoder.decode(payload).replaceAll('\n', ',')}]`) as (Omit<LogEntry, 'partial'> & {
    partial?: boolean;
  })[];
  return entries.map((entry) => ({ ...entry, partial: entry.partial ?? false }));
};
