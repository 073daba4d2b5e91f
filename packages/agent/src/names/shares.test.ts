import { expect, test } from 'vitest';
import { Shares } from './shares.ts';

test('one asker gets its share and not more, and what it gives back it may take again', () => {
  const shares = new Shares({ each: 2, all: 10 });
  const [first, second] = [shares.take('a'), shares.take('a')];
  expect([first, second].every(Boolean)).toBe(true);
  expect(shares.take('a')).toBeNull();
  expect(shares.take('b')).not.toBeNull();
  second!();
  expect(shares.take('a')).not.toBeNull();
  expect(shares.take('a')).toBeNull();
});

test('all of them together get no more than there is', () => {
  const shares = new Shares({ each: 2, all: 3 });
  const taken = ['a', 'a', 'b'].map((asker) => shares.take(asker)!);
  expect(shares.take('b')).toBeNull();
  expect(shares.take('c')).toBeNull();
  taken[0]!();
  expect(shares.take('c')).not.toBeNull();
});
