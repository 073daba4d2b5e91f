import { expect, test } from 'vitest';
import { eachInTurn } from './each-in-turn.ts';

test('what nobody waits for any more is not looked up', async () => {
  const hungUp = new AbortController();
  const looked: number[] = [];
  const look = async (item: number) => {
    looked.push(item);
    if (item === 2) hungUp.abort(new Error('The client hung up.'));
    return item * 10;
  };
  await expect(eachInTurn([1, 2, 3, 4], hungUp.signal, look)).rejects.toThrow('The client hung up.');
  expect(looked).toEqual([1, 2]);
});

test('else all are, in their order', async () => {
  const { signal } = new AbortController();
  expect(await eachInTurn([1, 2, 3], signal, async (item) => item * 10)).toEqual([10, 20, 30]);
});
