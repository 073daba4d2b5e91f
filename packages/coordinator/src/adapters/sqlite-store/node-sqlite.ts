import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { messageOf, RestowError } from '@restow/shared/base/errors';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { explainFault } from './faults.ts';
import type { Schema } from './schema.ts';

/** How long a statement waits for a lock that another program holds. It blocks the event loop, so not long. */
const lockWaitMs = 2000;

/** Opens the file, making it readable to its owner only: services' environments hold secrets. */
export const openFile = (path: string, options: { readOnly: boolean }): DatabaseSync => {
  if (!options.readOnly) createPrivately(path);
  try {
    return new DatabaseSync(path, {
      readOnly: options.readOnly,
      timeout: lockWaitMs,
      enableForeignKeyConstraints: true,
    });
  } catch (error) {
    throw explainFault(path, error);
  }
};

const createPrivately = (path: string): void => {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new RestowError(
      'internal',
      `The store ${path} could not be opened (${messageOf(error)}): check that its folder exists, that it is a file, and that the user of the coordinator may write there.`,
      { cause: error },
    );
  }
};

/** Runs statements without parameters; what SQLite throws is explained. */
export const run = (file: DatabaseSync, path: string, statements: string): void => {
  try {
    file.exec(statements);
  } catch (error) {
    throw explainFault(path, error);
  }
};

/** Throws when the pages of the file do not hold together, before anything is decided by what it says. */
export const refuseDamaged = (file: DatabaseSync, path: string): void => {
  const verdict = explained(path, () => file.prepare('pragma quick_check(1)').get())?.quick_check;
  if (verdict !== 'ok')
    throw new RestowError(
      'internal',
      `The store ${path} is damaged (${verdict}): put it aside and restore a copy of it.`,
    );
};

/** A query builder over `file`. Kysely's dialect for SQLite takes any driver of the shape below. */
export const queryBuilder = (file: DatabaseSync, path: string): Kysely<Schema> =>
  new Kysely<Schema>({ dialect: new SqliteDialect({ database: driver(file, path) }) });

/** `node:sqlite` in the shape Kysely expects, with its statements kept: preparing one costs more than running it. */
const driver = (file: DatabaseSync, path: string): SqliteDatabase => {
  const kept = new Map<string, SqliteStatement>();
  return {
    close: () => file.close(),
    prepare: (sql) => {
      const known = kept.get(sql);
      if (known) return known;
      const fresh = statement(
        explained(path, () => file.prepare(sql)),
        path,
      );
      kept.set(sql, fresh);
      return fresh;
    },
  };
};

const statement = (prepared: StatementSync, path: string): SqliteStatement => ({
  reader: prepared.columns().length > 0,
  all: (parameters) => explained(path, () => prepared.all(...(parameters as SQLInputValue[]))),
  run: (parameters) => explained(path, () => prepared.run(...(parameters as SQLInputValue[]))),
  iterate: (parameters) => explained(path, () => prepared.iterate(...(parameters as SQLInputValue[]))),
});

const explained = <T>(path: string, act: () => T): T => {
  try {
    return act();
  } catch (error) {
    throw explainFault(path, error);
  }
};
