import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOfEnd, addressOfTable, secondMac, tableOf, temporaryEnd } from './names.ts';

test('names tell whose they are, and are short enough for a link', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(addressOfTable(tableOf(address))).toBe(address);
      expect(addressOfEnd(temporaryEnd(address))).toBe(address);
      expect(temporaryEnd(address).length).toBeLessThan(16);
    }),
  );
  expect(secondMac('10.7.0.5')).toBe('02:43:0a:07:00:05');
});

test.each(['restow', 'restow-', 'restow-web', 'restow-0a07000', 'other-0a070005', 'filter'])(
  'the table %s is somebody else’s',
  (table) => {
    expect(addressOfTable(table)).toBeNull();
    expect(addressOfEnd(table)).toBeNull();
  },
);
