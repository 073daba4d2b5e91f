import type { Store } from '../ports/store.ts';
import { memoryLedger, type Tables } from './memory-store/memory-ledger.ts';
import {
  deploymentRows,
  instanceRows,
  nodeRows,
  revisionRows,
  serviceRows,
  settings,
  slotRows,
  volumeRows,
} from './memory-store/rows.ts';
import { type Access, OneWriter } from './one-writer.ts';
import { storeOver } from './store-over.ts';

const rowsOver = (access: Access<Tables>) => ({
  settings: settings(access),
  services: serviceRows(access),
  revisions: revisionRows(access),
  slots: slotRows(access),
  instances: instanceRows(access),
  deployments: deploymentRows(access),
  nodes: nodeRows(access),
  volumes: volumeRows(access),
});

/** A store that forgets everything when it is let go, for tests; in all else it does what the one on the disk does. */
export const openMemoryStore = (): Store => storeOver(new OneWriter(memoryLedger()), rowsOver);
