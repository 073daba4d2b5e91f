import { describe, expect, it } from 'vitest';
import type { EngineLogLine } from './container-engine.ts';
import { engineTime, framedLines, terminalLines } from './log-stream.ts';

const time = (second: number) => `2026-01-02T03:04:${String(second).padStart(2, '0')}.123456789Z`;

const frame = (stream: 1 | 2, text: string): Buffer => {
  const entry = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(entry.length, 4);
  return Buffer.concat([header, entry]);
};

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const collect = async (lines: AsyncIterable<EngineLogLine>): Promise<EngineLogLine[]> => {
  const all: EngineLogLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

/** However the network cuts it up. */
const sizes = [1, 7, 8, 100, 16_384, 1_000_000];
const long = 'x'.repeat(16_384);

describe('a framed stream', () => {
  const bytes = Buffer.concat([
    frame(1, `${time(1)} hello\n`),
    frame(2, `${time(2)} grüße, \n`),
    frame(1, `${time(3)} \n`),
    frame(1, `${time(4)} ${long}`),
    frame(1, `${time(5)} the rest\n`),
  ]);

  it.each(sizes)('is read in pieces of %i bytes', async (size) => {
    expect(await collect(framedLines(inPieces(bytes, size)))).toEqual([
      { time: time(1), stream: 'stdout', line: 'hello', partial: false },
      { time: time(2), stream: 'stderr', line: 'grüße, ', partial: false },
      { time: time(3), stream: 'stdout', line: '', partial: false },
      { time: time(4), stream: 'stdout', line: long, partial: true },
      { time: time(5), stream: 'stdout', line: 'the rest', partial: false },
    ]);
  });
});

describe('a terminal’s stream', () => {
  it.each(sizes)('is read in pieces of %i bytes, long lines in their parts', async (size) => {
    const bytes = Buffer.from(
      `${time(1)} hello\r\n${time(2)} ${long}${time(3)} ${long}${time(4)} the rest\r\n${time(5)} \r\n`,
    );
    expect(await collect(terminalLines(inPieces(bytes, size)))).toEqual([
      { time: time(1), stream: 'stdout', line: 'hello', partial: false },
      { time: time(2), stream: 'stdout', line: long, partial: true },
      { time: time(3), stream: 'stdout', line: long, partial: true },
      { time: time(4), stream: 'stdout', line: 'the rest', partial: false },
      { time: time(5), stream: 'stdout', line: '', partial: false },
    ]);
  });

  it('finds the next part where a character fell apart at the border', async () => {
    const broken = `${'x'.repeat(16_383)}\ufffd`;
    const bytes = Buffer.from(`${time(1)} ${broken}${time(2)} \ufffdend\r\n`);
    expect((await collect(terminalLines(inPieces(bytes, 1000)))).map(({ line }) => line)).toEqual([
      broken,
      '\ufffdend',
    ]);
  });

  it('leaves a time inside a line alone', async () => {
    const bytes = Buffer.from(`${time(1)} it was ${time(2)} then\r\n`);
    expect((await collect(terminalLines(inPieces(bytes, 10)))).map(({ line }) => line)).toEqual([
      `it was ${time(2)} then`,
    ]);
  });
});

describe('a time for the engine', () => {
  it.each([
    ['2026-01-02T03:04:05.123456789Z', '1767323045.123456789'],
    ['2026-01-02T03:04:05.1Z', '1767323045.100000000'],
    ['2026-01-02T03:04:05Z', '1767323045.000000000'],
    ['2026-01-02T04:04:05.5+01:00', '1767323045.500000000'],
  ])('%s is %s', (text, expected) => expect(engineTime(text)).toBe(expected));

  it('is no other text', () => expect(() => engineTime('yesterday')).toThrow(RangeError));
});
