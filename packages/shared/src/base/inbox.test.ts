import { expect, test } from 'vitest';
import { Inbox } from './inbox.ts';

test('items come in order, those put before and during the loop, until it is closed', async () => {
  const inbox = new Inbox<number>();
  inbox.put(1);
  const taken: number[] = [];
  const loop = (async () => {
    for await (const item of inbox) {
      taken.push(item);
      if (item === 1) inbox.put(2);
      if (item === 2) inbox.close();
    }
  })();
  await loop;
  expect(taken).toEqual([1, 2]);
});

test('what was put before the end is still taken, what comes after is not', async () => {
  const inbox = new Inbox<string>();
  inbox.put('before');
  inbox.close();
  inbox.put('after');
  const taken: string[] = [];
  for await (const item of inbox) taken.push(item);
  expect(taken).toEqual(['before']);
});
