import { DatabaseSync } from 'node:sqlite';
import { defaultDefinition } from '@restow/shared/domain/service';
import { expect, test } from 'vitest';
import { migrate } from '../sqlite-store/migrate.ts';
import { spine } from './0001-spine.ts';
import { wholeDefinition } from './0002-whole-definition.ts';
import { names } from './0003-names.ts';

test('a store without stacks keeps its services, which belong to none and keep nothing secret', async () => {
  using file = new DatabaseSync(':memory:');
  await migrate(file, 'cluster.db', [spine, wholeDefinition], () => 1);
  const { secrets: _, ...earlier } = { ...defaultDefinition('app:v1'), env: { A: "it's" } };
  const text = JSON.stringify(earlier).replaceAll("'", "''");
  file.exec(`
    insert into nodes values ('n', 'n1', '[]', 'active', null, '', '', '', '{}', '{}', 0, 1, 1);
    insert into services values ('s', 'web', '${text}', 1, 1, 1, null);
    insert into services values ('gone', 'web', '${text}', 1, 1, 1, 5);
    insert into revisions values ('r', 's', 1, '${text}', 1, '{}', 1);
    insert into deployments values ('d', 1, 'deploy', 's', 'web', 'r', 'succeeded', '', null, 'me', '{}', null, 1, 1, 1);
    insert into slots values ('one', 's', 1, '10.7.0.1', 'i', 'r', 'n', 'd', null, '[]');
    insert into slots values ('two', 's', 2, '10.7.0.2', null, null, null, null, null, null);
  `);

  await migrate(file, 'cluster.db', [spine, wholeDefinition, names], () => 2);

  for (const table of ['services', 'revisions']) {
    const row = file.prepare(`select definition from ${table}`).get();
    expect(JSON.parse(String(row?.definition))).toEqual({ ...earlier, secrets: [] });
  }
  expect(file.prepare('select id, stack from services order by id').all()).toMatchObject([
    { id: 'gone', stack: '' },
    { id: 's', stack: '' },
  ]);
  expect(file.prepare('select id, desired_named from slots order by id').all()).toMatchObject([
    { id: 'one', desired_named: 1 },
    { id: 'two', desired_named: null },
  ]);
  const add = (id: string, stack: string) =>
    file.prepare('insert into services values (?, ?, ?, 1, 1, 1, null, ?)').run(id, 'web', text, stack);
  add('other', 'shop');
  expect(() => add('again', 'shop')).toThrow(/UNIQUE/);
  expect(() => add('alone', '')).toThrow(/UNIQUE/);
});
