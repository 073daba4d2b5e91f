import { type LogBatch, type LogEntry, readBatchEntries } from '@restow/shared/bus/log-batch';
import { expect, test } from 'vitest';
import { LineSender } from './line-sender.ts';

const bring = (sender: LineSender, seq: number, given: Partial<LogEntry> = {}): Promise<void> | undefined =>
  sender.take(
    { seq, time: 't', stream: 'stdout', line: `line ${seq}`, partial: false, ...given },
    { seq, time: 't', stream: 'stdout', sameTime: seq, run: null },
  );
const long = { line: 'x'.repeat(40_000) };
const longer = { line: 'x'.repeat(70_000) };

/** What was sent, as line numbers; each batch arrives when the test says so, or at once. */
const receiver = (arrives: 'at once' | 'when told') => {
  const batches: number[][] = [];
  const told: PromiseWithResolvers<void>[] = [];
  const failures: unknown[] = [];
  const send = ({ payload }: LogBatch): Promise<void> => {
    batches.push(readBatchEntries(payload).map(({ seq }) => seq));
    const arrival = Promise.withResolvers<void>();
    told.push(arrival);
    if (arrives === 'at once') arrival.resolve();
    return arrival.promise;
  };
  return { batches, told, failures, sender: new LineSender(send, (why) => failures.push(why)) };
};

const afterGathering = () => new Promise((resolve) => setTimeout(resolve, 60));

test('lines that come together travel together', async () => {
  const { sender, batches } = receiver('at once');
  for (const seq of [1, 2, 3]) expect(bring(sender, seq)).toBeUndefined();
  expect(await sender.end()).toBe(3);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('a batch is closed when it is full', async () => {
  const { sender, batches } = receiver('at once');
  for (const seq of [1, 2, 3, 4, 5]) await bring(sender, seq, long);
  expect(await sender.end()).toBe(5);
  expect(batches).toEqual([[1, 2], [3, 4], [5]]);
});

test('a line does not wait for others that may never come', async () => {
  const { sender, batches } = receiver('at once');
  bring(sender, 1);
  expect(batches).toEqual([]);
  await expect.poll(() => batches).toEqual([[1]]);
});

test('one batch is on its way, the next is gathered meanwhile, and when that is full whoever brings lines waits', async () => {
  const { sender, batches, told } = receiver('when told');
  await bring(sender, 1, longer);
  let waited = false;
  const room = bring(sender, 2, longer)?.then(() => {
    waited = true;
  });
  await afterGathering();
  expect([batches, waited]).toEqual([[[1]], false]);
  told[0]?.resolve();
  await room;
  expect(batches).toEqual([[1], [2]]);
  const end = sender.end();
  told[1]?.resolve();
  expect(await end).toBe(2);
});

test('what fell due while another was on its way leaves as soon as that has arrived', async () => {
  const { sender, batches, told } = receiver('when told');
  await bring(sender, 1, longer);
  bring(sender, 2);
  await afterGathering();
  expect(batches).toEqual([[1]]);
  told[0]?.resolve();
  await expect.poll(() => batches).toEqual([[1], [2]]);
});

test('a gap line travels with the line after it', async () => {
  const { sender, batches } = receiver('at once');
  bring(sender, 1, { stream: 'gap' });
  await afterGathering();
  expect(batches).toEqual([]);
  bring(sender, 2);
  expect(batches).toEqual([[1, 2]]);
});

test('the first failure is told at once and ends everything', async () => {
  const { sender, batches, told, failures } = receiver('when told');
  const refused = new Error('refused');
  await bring(sender, 1, longer);
  const room = bring(sender, 2, longer);
  told[0]?.reject(refused);
  await expect(room).rejects.toBe(refused);
  expect(failures).toEqual([refused]);
  await expect(bring(sender, 3)).rejects.toBe(refused);
  await expect(sender.end()).rejects.toBe(refused);
  expect(batches).toEqual([[1]]);
});

test('stopped, it waits for what is on its way and sends no more', async () => {
  const { sender, batches, told, failures } = receiver('when told');
  await bring(sender, 1, longer);
  bring(sender, 2);
  let stopped = false;
  const stop = sender.stop().then(() => {
    stopped = true;
  });
  await afterGathering();
  expect(stopped).toBe(false);
  told[0]?.resolve();
  await stop;
  await afterGathering();
  expect([batches, failures]).toEqual([[[1]], []]);
});
