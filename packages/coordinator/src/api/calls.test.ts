import { EventEmitter, getEventListeners } from 'node:events';
import { Metadata } from '@grpc/grpc-js';
import { openLog } from '@restow/shared/base/log';
import { expect, test } from 'vitest';
import { streamCall } from './calls.ts';

test('a stream waits for a slow reader as often as it must and leaves no listener behind', async () => {
  const told: number[] = [];
  const call = Object.assign(new EventEmitter(), {
    metadata: new Metadata(),
    sendMetadata: () => undefined,
    request: {},
    write: (reply: number) => {
      told.push(reply);
      setImmediate(() => call.emit('drain'));
      return false;
    },
    end: () => call.emit('over'),
  });
  const over = new Promise((resolve) => call.once('over', resolve));
  let signal: AbortSignal | null = null;
  const answer = streamCall<object, number>(
    () => ({ kind: 'operator', name: 'test' }),
    openLog('test', 'silent'),
    async function* (_, caller) {
      signal = caller.signal;
      for (let reply = 1; reply <= 20; reply++) yield reply;
    },
  );
  (answer as unknown as (call: unknown) => void)(call);
  await over;
  expect(told).toHaveLength(20);
  expect(call.listenerCount('drain')).toBe(0);
  expect(getEventListeners(signal!, 'abort')).toEqual([]);
});
