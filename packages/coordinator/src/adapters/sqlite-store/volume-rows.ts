import type { Volume, VolumeState } from '@restow/shared/domain/slot';
import type { VolumeRows } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import { volumeTaken } from '../store-refusals.ts';
import { unlessTaken } from './faults.ts';
import { mustExist } from './must-exist.ts';
import type { Database, Schema } from './schema.ts';

type Row = Schema['volumes'];

const toRow = (volume: Volume): Row => ({
  id: volume.id,
  name: volume.name,
  node_id: volume.nodeId,
  service_id: volume.serviceId,
  slot_id: volume.slotId,
  path: volume.path,
  mount_name: volume.mountName,
  origin: volume.origin,
  state: volume.state,
  created_at: volume.createdAt,
});

const fromRow = (row: Row): Volume => ({
  id: row.id,
  name: row.name,
  nodeId: row.node_id,
  serviceId: row.service_id,
  slotId: row.slot_id,
  path: row.path,
  mountName: row.mount_name,
  origin: row.origin as Volume['origin'],
  state: row.state as VolumeState,
  createdAt: row.created_at,
});

/** By the volume's name, then by the name of its node. */
const inOrder = (database: Database) =>
  database
    .selectFrom('volumes')
    .innerJoin('nodes', 'nodes.id', 'volumes.node_id')
    .selectAll('volumes')
    .orderBy('volumes.name')
    .orderBy('nodes.name');

export const volumeRows = (access: Access<Database>): VolumeRows => ({
  put: (volume) =>
    access.write(async (database) => {
      await mustExist(database, { services: volume.serviceId, slots: volume.slotId, nodes: volume.nodeId });
      const row = toRow(volume);
      const statement = database
        .insertInto('volumes')
        .values(row)
        .onConflict((taken) => taken.column('id').doUpdateSet(row));
      await unlessTaken(statement.execute(), () => volumeTaken(volume));
    }),

  remove: (id) =>
    access.write(async (database) => {
      await database.deleteFrom('volumes').where('id', '=', id).execute();
    }),

  get: (id) =>
    access.read(async (database) => {
      const row = await database.selectFrom('volumes').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    }),

  ofService: (serviceId) =>
    access.read(async (database) => {
      const rows = await inOrder(database).where('service_id', '=', serviceId).execute();
      return rows.map(fromRow);
    }),

  list: () => access.read(async (database) => (await inOrder(database).execute()).map(fromRow)),
});
