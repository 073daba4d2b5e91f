import type { DatabaseSync } from 'node:sqlite';
import type { Ledger } from '../one-writer.ts';
import { queryBuilder, run } from './node-sqlite.ts';
import type { Database } from './schema.ts';

/**
 * Transactions of one file over two connections. Changes go through the first; `committed` reads through the second,
 * which by SQLite's snapshot isolation never sees what the first has not committed, and never waits for it.
 */
export const sqliteLedger = (path: string, writer: DatabaseSync, reader: DatabaseSync): Ledger<Database> => {
  let depth = 0;
  return {
    committed: queryBuilder(reader, path),
    changing: queryBuilder(writer, path),
    get standing() {
      return writer.isTransaction;
    },
    begin() {
      // `immediate`: takes the write lock now, so that a later statement never fails for want of it.
      run(writer, path, depth === 0 ? 'begin immediate' : `savepoint change_${depth}`);
      depth++;
    },
    commit() {
      run(writer, path, depth === 1 ? 'commit' : `release change_${depth - 1}`);
      depth--;
    },
    rollback() {
      if (depth === 0) return;
      depth--;
      if (!writer.isTransaction) return;
      run(writer, path, depth === 0 ? 'rollback' : `rollback to change_${depth}; release change_${depth}`);
    },
    close() {
      reader.close();
      writer.close();
    },
  };
};
