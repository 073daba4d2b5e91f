import { expect, test } from 'vitest';
import { isSamePath, plainPath } from './container-path.ts';

test.each([
  ['/data', '/data'],
  ['//var/./lib/', '/var/lib'],
  ['/', '/'],
  ['/a..b', '/a..b'],
  ['data', null],
  ['/data/../etc', null],
])('%s is %s', (path, plain) => expect(plainPath(path)).toBe(plain));

test('two spellings of one path are the same, other paths are not', () => {
  expect(isSamePath('/data/', '/data')).toBe(true);
  expect(isSamePath('/data', '/Data')).toBe(false);
});
