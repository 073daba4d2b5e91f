import type { DatabaseSync } from 'node:sqlite';
import { RestowError } from '@restow/shared/base/errors';
import type { Kysely } from 'kysely';
import type { Migration } from '../migrations/migration.ts';
import { queryBuilder, run } from './node-sqlite.ts';

interface Applied {
  number: number;
  name: string;
}

/**
 * Brings the schema of an opened file to the last of `migrations`, each in a transaction of its own together with its
 * record. Throws `failed-precondition`, with nothing changed, when the file's schema is newer than all of them, is
 * another one, or belongs to another program.
 */
export const migrate = async (
  file: DatabaseSync,
  path: string,
  migrations: readonly Migration[],
  now: () => number,
): Promise<void> => {
  refuseForeignFile(file, path);
  run(
    file,
    path,
    'create table if not exists migrations (number integer primary key not null, name text not null, applied_at integer not null)',
  );
  const builder = queryBuilder(file, path) as unknown as Kysely<unknown>;
  for (const [index, migration] of migrations.entries()) {
    run(file, path, 'begin immediate');
    try {
      const applied = appliedTo(file);
      refuseOtherHistory(path, applied, migrations);
      if (applied.length <= index) {
        await migration.up(builder);
        file
          .prepare('insert into migrations (number, name, applied_at) values (?, ?, ?)')
          .run(index + 1, migration.name, now());
      }
      run(file, path, 'commit');
    } catch (error) {
      if (file.isTransaction) run(file, path, 'rollback');
      throw error;
    }
  }
};

const appliedTo = (file: DatabaseSync): Applied[] =>
  file
    .prepare('select number, name from migrations order by number')
    .all()
    .map((row) => ({ number: Number(row.number), name: String(row.name) }));

const refuseForeignFile = (file: DatabaseSync, path: string): void => {
  const tables = file.prepare("select name from sqlite_schema where type = 'table'").all();
  if (tables.length > 0 && !tables.some((table) => table.name === 'migrations'))
    throw new RestowError(
      'failed-precondition',
      `${path} is a database of another program: give the path of a store, or of a file that does not exist yet.`,
    );
};

const refuseOtherHistory = (path: string, applied: Applied[], migrations: readonly Migration[]): void => {
  if (applied.length > migrations.length)
    throw new RestowError(
      'failed-precondition',
      `The store ${path} has schema ${applied.length} (${applied.at(-1)!.name}); this coordinator knows schemas up to ${migrations.length}: start the newer coordinator that wrote it, or restore a copy made before.`,
    );
  const other = applied.find(({ name }, index) => name !== migrations[index]!.name);
  if (other)
    throw new RestowError(
      'failed-precondition',
      `The store ${path} has ${other.name} as schema ${other.number}, where this coordinator has ${migrations[other.number - 1]?.name ?? 'none'}: it was written by another line of this program.`,
    );
};
