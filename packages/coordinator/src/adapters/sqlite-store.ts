import type { Store } from '../ports/store.ts';
import { migrations } from './migrations/index.ts';
import { type Access, OneWriter } from './one-writer.ts';
import { deploymentRows } from './sqlite-store/deployment-rows.ts';
import { instanceRows } from './sqlite-store/instance-rows.ts';
import { migrate } from './sqlite-store/migrate.ts';
import { nodeRows } from './sqlite-store/node-rows.ts';
import { openFile, refuseDamaged, run } from './sqlite-store/node-sqlite.ts';
import { revisionRows } from './sqlite-store/revision-rows.ts';
import type { Database } from './sqlite-store/schema.ts';
import { serviceRows } from './sqlite-store/service-rows.ts';
import { settings } from './sqlite-store/settings.ts';
import { slotRows } from './sqlite-store/slot-rows.ts';
import { sqliteLedger } from './sqlite-store/sqlite-ledger.ts';
import { volumeRows } from './sqlite-store/volume-rows.ts';
import { storeOver } from './store-over.ts';

const rowsOver = (access: Access<Database>) => ({
  settings: settings(access),
  services: serviceRows(access),
  revisions: revisionRows(access),
  slots: slotRows(access),
  instances: instanceRows(access),
  deployments: deploymentRows(access),
  nodes: nodeRows(access),
  volumes: volumeRows(access),
});

/**
 * Opens the store in the file `path`, making the file when there is none (not its folder), and brings its schema up to
 * date. What it resolves is on the disk: WAL with `synchronous=FULL`. One coordinator at a time may have it open.
 * Throws a `RestowError` that names the path when the file cannot be used or was written by a newer coordinator.
 */
export const openSqliteStore = async (path: string): Promise<Store> => {
  const writer = openFile(path, { readOnly: false });
  try {
    run(writer, path, 'pragma journal_mode = wal; pragma synchronous = full');
    refuseDamaged(writer, path);
    await migrate(writer, path, migrations, Date.now);
    const reader = openFile(path, { readOnly: true });
    return storeOver(new OneWriter(sqliteLedger(path, writer, reader)), rowsOver);
  } catch (error) {
    writer.close();
    throw error;
  }
};
