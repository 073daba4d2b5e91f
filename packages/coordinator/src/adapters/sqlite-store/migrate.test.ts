import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Migration } from '../migrations/migration.ts';
import { migrate } from './migrate.ts';

let file: DatabaseSync;
const path = 'cluster.db';

beforeEach(() => {
  file = new DatabaseSync(':memory:');
});
afterEach(() => file.close());

const first: Migration = {
  name: '0001-first',
  up: async (database) => {
    await database.schema.createTable('ships').addColumn('name', 'text').execute();
  },
};
const second: Migration = {
  name: '0002-second',
  up: async (database) => {
    await database.schema.alterTable('ships').addColumn('port', 'text').execute();
  },
};
const sinking: Migration = {
  name: '0002-sinking',
  up: async (database) => {
    await second.up(database);
    throw new Error('sank half way');
  },
};

const columns = () =>
  file
    .prepare("select name from pragma_table_info('ships')")
    .all()
    .map(({ name }) => name);
const recorded = () =>
  file
    .prepare('select number, name, applied_at from migrations order by number')
    .all()
    .map((row) => [row.number, row.name, row.applied_at]);

test('all are applied in order to a new file, each recorded with its time', async () => {
  let now = 100;
  await migrate(file, path, [first, second], () => now++);
  expect(columns()).toEqual(['name', 'port']);
  expect(recorded()).toEqual([
    [1, '0001-first', 100],
    [2, '0002-second', 101],
  ]);
});

test('a file of an older coordinator gets what it lacks and keeps its rows', async () => {
  await migrate(file, path, [first], () => 100);
  file.exec("insert into ships values ('Fram')");
  await migrate(file, path, [first, second], () => 200);
  expect(recorded()).toEqual([
    [1, '0001-first', 100],
    [2, '0002-second', 200],
  ]);
  expect(file.prepare('select * from ships').get()).toEqual(expect.objectContaining({ name: 'Fram', port: null }));
});

test('one that fails is undone whole; those before it stand, and it can be tried again', async () => {
  await expect(migrate(file, path, [first, sinking], () => 100)).rejects.toThrow('sank half way');
  expect(columns()).toEqual(['name']);
  expect(recorded()).toEqual([[1, '0001-first', 100]]);
  await migrate(file, path, [first, second], () => 200);
  expect(columns()).toEqual(['name', 'port']);
});
