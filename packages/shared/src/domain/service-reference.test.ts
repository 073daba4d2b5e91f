import { describe, expect, test } from 'vitest';
import { parseServiceReference, serviceSeenFrom } from './service-reference.ts';

test.each([
  ['db', { name: 'db', stack: null }],
  ['db.common', { name: 'db', stack: 'common' }],
  ['db.', null],
  ['.common', null],
  ['db.common.more', null],
  ['Db', null],
  ['', null],
])('"%s" is taken apart', (reference, parts) => expect(parseServiceReference(reference)).toEqual(parts));

describe('LNK-04, LNK-05: a name means', () => {
  const inCommon = { name: 'db', stack: 'common' };
  const inProduction = { name: 'db', stack: 'production' };
  const alone = { name: 'db', stack: null };
  const all = [inCommon, inProduction, alone];

  test('the service of the own stack first', () => expect(serviceSeenFrom(all, 'production', 'db')).toBe(inProduction));
  test('then the one that belongs to no stack', () => {
    expect(serviceSeenFrom(all, 'staging', 'db')).toBe(alone);
    expect(serviceSeenFrom(all, null, 'db')).toBe(alone);
  });
  test('never one of another stack', () => expect(serviceSeenFrom([inCommon], 'production', 'db')).toBeNull());
  test('but with its suffix', () => {
    expect(serviceSeenFrom(all, 'production', 'db.common')).toBe(inCommon);
    expect(serviceSeenFrom(all, null, 'db.common')).toBe(inCommon);
    expect(serviceSeenFrom([alone], null, 'db.common')).toBeNull();
  });
});
