import { defaultDefinition } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { problemsOfLenders } from './lending.ts';

const from = (...names: string[]) => ({
  ...defaultDefinition('app:v1'),
  volumesFrom: names.map((service) => ({ service, readOnly: false })),
});
const others = [
  { name: 'db', definition: from() },
  { name: 'backup', definition: from('db') },
  { name: 'audit', definition: from('backup') },
];
const messages = (name: string, ...lenders: string[]) =>
  problemsOfLenders(name, from(...lenders), others).map(({ field, message }) => `${field}: ${message}`);

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
      { name: 'a', definition: from('b') },
      { name: 'b', definition: from('a') },
    ];
    expect(problemsOfLenders('web', from('a'), odd)).toEqual([]);
  });
});
