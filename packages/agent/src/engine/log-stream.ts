import type { EngineLogLine } from './container-engine.ts';

/**
 * Output as an engine keeps it, line by line. A container without a terminal comes in frames (one byte stream, three
 * nothing, four length, then one entry); one with a terminal comes as bare bytes. Every entry begins with its time and a
 * space. The engine breaks a long line into entries of 16 KiB, each with a time of its own: those but the last have no
 * line end, and are marked as partial.
 */
const entryBytes = 16 * 1024;
const frameHeader = 8;
const newline = 10;

const lineOf = (entry: Buffer, stream: EngineLogLine['stream']): EngineLogLine => {
  const space = entry.indexOf(32);
  const partial = entry[entry.length - 1] !== newline;
  const end = partial ? entry.length : entry.length - 1;
  return {
    time: entry.toString('latin1', 0, space),
    stream,
    line: entry.toString('utf8', space + 1, end),
    partial,
  };
};

/** What the frames of a framed stream hold, each with the stream it is of: 1 is stdout, 2 stderr. */
async function* frames(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<{ stream: number; held: Buffer }, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let at = 0;
    while (held.length - at >= frameHeader) {
      const end = at + frameHeader + held.readUInt32BE(at + 4);
      if (held.length < end) break;
      yield { stream: held[at]!, held: held.subarray(at + frameHeader, end) };
      at = end;
    }
    held = held.subarray(at);
  }
}

/** Entries of a framed stream. */
export async function* framedLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<EngineLogLine, void, undefined> {
  for await (const { stream, held } of frames(chunks)) yield lineOf(held, stream === 2 ? 'stderr' : 'stdout');
}

/** The bytes of a framed stream, both streams as they came: what a program run in a container prints. */
export async function* framedBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const { held } of frames(chunks)) yield held;
}

const timeOfEntry = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /;
const timeLength = 31;

/**
 * Where the entry that begins at `from` ends, or -1 when that cannot be said yet. A broken line's next entry is known
 * by its time; it stands 16 KiB on, or a little later where a character fell apart at the border.
 */
const entryEnd = (held: Buffer, from: number): number => {
  const border = from + timeLength + entryBytes;
  const lineEnd = held.indexOf(newline, from);
  if (lineEnd !== -1 && lineEnd <= border) return lineEnd + 1;
  for (let at = border; at + timeLength <= held.length && (lineEnd === -1 || at < lineEnd); at++)
    if (timeOfEntry.test(held.toString('latin1', at, at + timeLength))) return at;
  return lineEnd === -1 ? -1 : lineEnd + 1;
};

const terminalLine = (entry: Buffer): EngineLogLine => {
  const found = lineOf(entry, 'stdout');
  return found.partial ? found : { ...found, line: found.line.replace(/\r$/, '') };
};

/** Entries of a terminal's stream, which has one stream only and ends its lines with CR LF. */
export async function* terminalLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<EngineLogLine, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let end = entryEnd(held, 0); end !== -1; end = entryEnd(held, 0)) {
      yield terminalLine(held.subarray(0, end));
      held = held.subarray(end);
    }
  }
  if (held.length > 0) yield terminalLine(held);
}

/** A time as the engine's `since` takes it: seconds, a dot, nanoseconds. */
export const engineTime = (rfc3339: string): string => {
  const [, whole = '', fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(rfc3339) ?? [];
  if (whole === '') throw new RangeError(`"${rfc3339}" is not a time such as 2026-01-02T03:04:05.123456789Z`);
  return `${Date.parse(`${whole}${zone}`) / 1000}.${fraction.padEnd(9, '0').slice(0, 9)}`;
};
