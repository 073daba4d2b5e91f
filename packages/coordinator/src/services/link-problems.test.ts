import { describe, expect, test } from 'vitest';
import { hiddenByLinks, problemsOfLinks } from './link-problems.ts';

const of = (stack: string | null, ...names: string[]) => names.map((name) => ({ name, stack }));
const services = [...of(null, 'web', 'db', 'api', 'shop-2'), ...of('common', 'db'), ...of('prod', 'web', 'api')];
const links = (...texts: string[]) =>
  texts.map((text) => {
    const [service = '', alias = service] = text.split(':');
    return { service, alias };
  });
const problems = (client: { name: string; stack: string | null }, ...texts: string[]) =>
  problemsOfLinks(client, links(...texts), services).map(({ field, message }) => `${field}: ${message}`);
const web = { name: 'web', stack: null };
const inProd = { name: 'web', stack: 'prod' };

describe('a link may lead', () => {
  test('to a service under its own name or another', () => expect(problems(web, 'db', 'api:backend')).toEqual([]));
  test('to one of another stack', () => {
    expect(problems(web, 'db.common:store')).toEqual([]);
    expect(problems(inProd, 'db.common:db')).toEqual([]);
  });
  test('back: each side of a circle is told of the other', () =>
    expect([...problems(web, 'db'), ...problems({ name: 'db', stack: null }, 'web')]).toEqual([]));
  test('from a service that is not there yet', () => expect(problems({ name: 'new', stack: null }, 'db')).toEqual([]));
});

describe('a link is refused', () => {
  test('to nothing', () =>
    expect(problems(web, 'db', 'dbb:x')).toEqual(['links[1].service: there is no service dbb to link to']));
  test('to what only another stack has', () =>
    expect(problems({ name: 'a', stack: 'other' }, 'db.prod:x')).toEqual([
      'links[0].service: there is no service db.prod to link to',
    ]));
  test('to itself', () =>
    expect(problems(web, 'web:peer')).toEqual([
      'links[0].service: web cannot link to itself: its slots reach each other by their names',
    ]));
  test('with an alias that is the name of another service', () =>
    expect(problems(web, 'db:api')).toEqual([
      'links[0].alias: the alias api would stand before the name of the service api: choose another one',
    ]));
  test('with one that is its own name', () =>
    expect(problems(web, 'db:web')[0]).toContain('before the name of the service web'));
  test('with one that is the name of a slot', () =>
    expect(problems(web, 'db:db-1')[0]).toContain('before the name of slot 1 of the service db'));
  test('with one whose slots have the name of a service', () =>
    expect(problems(web, 'db:shop')[0]).toContain('the service shop-2, as that of its slot 2'));
  test('with the name of a service of the own stack for one of another', () => {
    expect(problems(web, 'db.common:db')[0]).toContain('before the name of the service db');
    expect(problems(inProd, 'db.common:api')[0]).toContain('before the name of the service api');
  });
});

test('a name of no stack that an alias hides within a stack is told', () => {
  expect(hiddenByLinks(inProd, links('db.common:db'), services)).toEqual([
    'The alias db stands before the name of the service db, which belongs to no stack.',
  ]);
  expect(hiddenByLinks(inProd, links('db:db'), services)).toEqual([]);
  expect(hiddenByLinks(web, links('db.common:db'), services)).toEqual([]);
});
