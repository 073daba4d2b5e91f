import { defaultDefinition } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { problemsOfLenders } from './lending.ts';

const from = (...names: string[]) => ({
  ...defaultDefinition('app:v1'),
  volumesFrom: names.map((service) => ({ service, readOnly: false })),
});
const others = [
  { name: 'db', stack: null, definition: from() },
  { name: 'backup', stack: null, definition: from('db') },
  { name: 'audit', stack: null, definition: from('backup') },
];
const messages = (name: string, ...lenders: string[]) =>
  problemsOfLenders({ name, stack: null }, from(...lenders), others).map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe('VOL-06: whom a service may mount from', () => {
  test('any service that is there', () => expect(messages('web', 'db', 'audit')).toEqual([]));
  test('not one that is not', () =>
    expect(messages('web', 'db', 'dbb')).toEqual(['volumesFrom[1].service: there is no service dbb to mount from']));
  test('not itself', () => expect(messages('web', 'web')[0]).toContain('web mounts from web: a circle'));
  test('not in a circle, however long', () =>
    expect(messages('db', 'audit')).toEqual([
      'volumesFrom[0].service: db mounts from audit mounts from backup mounts from db: a circle, in which none can be placed first',
    ]));
  test('a circle among others is theirs, and is walked once', () => {
    const odd = [
      { name: 'a', stack: null, definition: from('b') },
      { name: 'b', stack: null, definition: from('a') },
    ];
    expect(problemsOfLenders({ name: 'web', stack: null }, from('a'), odd)).toEqual([]);
  });
  test('by its name in the own stack, or with that of another', () => {
    const shop = { name: 'db', stack: 'shop' };
    const stacked = [
      ...others,
      { ...shop, definition: from('db.common') },
      { ...shop, stack: 'common', definition: from() },
    ];
    const problems = (stack: string | null, lender: string) =>
      problemsOfLenders({ name: 'web', stack }, from(lender), stacked).map(({ message }) => message);
    expect(problems('shop', 'db')).toEqual([]);
    expect(problems(null, 'db.common')).toEqual([]);
    expect(problems('common', 'backup')).toEqual([]);
    expect(problems('shop', 'db.prod')).toEqual(['there is no service db.prod to mount from']);
    expect(problemsOfLenders({ ...shop, stack: 'common' }, from('db.shop'), stacked)[0]?.message).toContain(
      'db.common mounts from db.shop mounts from db.common: a circle',
    );
  });
});
