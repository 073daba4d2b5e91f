import { readBatchEntries } from '@restow/shared/bus/log-batch';
import { expect, test } from 'vitest';
import { publishLines } from './publish-lines.ts';
import type { ReadLine } from './read-on.ts';

const line = (seq: number, text = `line ${seq}`, stream: ReadLine['entry']['stream'] = 'stdout'): ReadLine => ({
  entry: { seq, time: 't', stream, line: text, partial: false },
  position: { seq, time: 't', stream: 'stdout', sameTime: seq, run: null },
});

async function* given(lines: ReadLine[], then: Promise<void> = Promise.resolve()): AsyncGenerator<ReadLine> {
  yield* lines;
  await then;
}

const seqs = (payload: Uint8Array): number[] => readBatchEntries(payload).map(({ seq }) => seq);
const untold = () => {
  throw new Error('nothing failed, and reading was stopped');
};

test('lines that come together travel together, those left at the end too', async () => {
  const sent: number[][] = [];
  const count = await publishLines(
    given([line(1), line(2), line(3)]),
    async ({ payload }) => void sent.push(seqs(payload)),
    untold,
  );
  expect(count).toBe(3);
  expect(sent).toEqual([[1, 2, 3]]);
});

test('a batch is closed when it is full', async () => {
  const sent: number[][] = [];
  const long = 'x'.repeat(40_000);
  await publishLines(
    given([1, 2, 3, 4, 5].map((seq) => line(seq, long))),
    async ({ payload }) => void sent.push(seqs(payload)),
    untold,
  );
  expect(sent).toEqual([[1, 2], [3, 4], [5]]);
});

test('a line does not wait for others that may never come', async () => {
  const sent = Promise.withResolvers<number[]>();
  const end = Promise.withResolvers<void>();
  const published = publishLines(
    given([line(1)], end.promise),
    async ({ payload }) => sent.resolve(seqs(payload)),
    untold,
  );
  expect(await sent.promise).toEqual([1]);
  end.resolve();
  await published;
});

test('one batch is on its way; the next is gathered meanwhile; when that is full, reading stops', async () => {
  const gates: (() => void)[] = [];
  let taken = 0;
  const long = 'x'.repeat(70_000);
  async function* counted(): AsyncGenerator<ReadLine> {
    for (let seq = 1; seq <= 5; seq++) {
      taken = seq;
      yield line(seq, long);
    }
  }
  const published = publishLines(counted(), () => new Promise((resolve) => gates.push(resolve)), untold);
  await expect.poll(() => gates.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect([gates.length, taken]).toEqual([1, 1]);
  for (let sent = 0; sent < 5; sent++) {
    await expect.poll(() => gates.length).toBe(sent + 1);
    gates[sent]?.();
  }
  await published;
});

test('a gap line travels with the line after it', async () => {
  const sent: number[][] = [];
  const next = Promise.withResolvers<void>();
  async function* lines(): AsyncGenerator<ReadLine> {
    yield line(1, 'some lines are gone', 'gap');
    await next.promise;
    yield line(2);
  }
  const published = publishLines(lines(), async ({ payload }) => void sent.push(seqs(payload)), untold);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(sent).toEqual([]);
  next.resolve();
  await published;
  expect(sent).toEqual([[1, 2]]);
});

test('the first failure to send stops reading and is what is thrown', async () => {
  const stopped = Promise.withResolvers<void>();
  const refused = new Error('refused');
  async function* lines(): AsyncGenerator<ReadLine> {
    yield line(1);
    await stopped.promise;
    throw new Error('reading was stopped');
  }
  const published = publishLines(
    lines(),
    () => Promise.reject(refused),
    () => stopped.resolve(),
  );
  await expect(published).rejects.toBe(refused);
});

test('what reading throws is thrown, after the batch on its way has arrived', async () => {
  let arrived = false;
  async function* lines(): AsyncGenerator<ReadLine> {
    yield line(1, 'x'.repeat(70_000));
    throw new Error('the engine broke');
  }
  const send = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    arrived = true;
  };
  await expect(publishLines(lines(), send, untold)).rejects.toThrow('the engine broke');
  expect(arrived).toBe(true);
});
