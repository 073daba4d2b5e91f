import { expect, test } from 'vitest';
import { residentOf } from './resident.ts';

const rollup = `559500000000-7ffd00000000 ---p 00000000 00:00 0                  [rollup]
Rss:               47432 kB
Pss:               13210 kB
Pss_Dirty:          8800 kB
Shared_Clean:      38400 kB
Shared_Dirty:          0 kB
Private_Clean:       512 kB
Private_Dirty:      8520 kB
`;

test('memory is read from the fields of those names, and what is its own is both kinds of it', () => {
  expect(residentOf(rollup)).toEqual({ rss: 47432 / 1024, pss: 13210 / 1024, own: 9032 / 1024 });
});

test('what is no such account is refused', () => {
  expect(() => residentOf('Rss: many')).toThrow('has no Rss');
});
