import type { InstanceHealth, InstanceState, ObservedInstance } from '@restow/shared/domain/slot';
import type { InstanceRows } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import { refuseForeign } from '../store-refusals.ts';
import type { Database, Schema } from './schema.ts';

type Row = Schema['instances'];

const toRow = (instance: ObservedInstance): Row => ({
  instance_id: instance.instanceId,
  container_id: instance.containerId,
  container_name: instance.containerName,
  service_id: instance.serviceId,
  slot_id: instance.slotId,
  revision_id: instance.revisionId,
  deployment_id: instance.deploymentId,
  node_id: instance.nodeId,
  state: instance.state,
  health: instance.health,
  exit_code: instance.exitCode,
  started_at: instance.startedAt,
  finished_at: instance.finishedAt,
});

const fromRow = (row: Row): ObservedInstance => ({
  instanceId: row.instance_id,
  containerId: row.container_id,
  containerName: row.container_name,
  serviceId: row.service_id,
  slotId: row.slot_id,
  revisionId: row.revision_id,
  deploymentId: row.deployment_id,
  nodeId: row.node_id,
  state: row.state as InstanceState,
  health: row.health as InstanceHealth,
  exitCode: row.exit_code,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

const put = async (database: Database, instance: ObservedInstance): Promise<void> => {
  const row = toRow(instance);
  await database
    .insertInto('instances')
    .values(row)
    .onConflict((taken) => taken.column('instance_id').doUpdateSet(row))
    .execute();
};

const inOrder = (database: Database) =>
  database.selectFrom('instances').selectAll().orderBy('container_name').orderBy('instance_id');

export const instanceRows = (access: Access<Database>): InstanceRows => ({
  put: (instance) => access.write((database) => put(database, instance)),

  replaceOfNode: (nodeId, instances) =>
    access.write(async (database) => {
      refuseForeign(nodeId, instances);
      await database.deleteFrom('instances').where('node_id', '=', nodeId).execute();
      for (const instance of instances) await put(database, instance);
    }),

  get: (instanceId) =>
    access.read(async (database) => {
      const row = await database
        .selectFrom('instances')
        .selectAll()
        .where('instance_id', '=', instanceId)
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    }),

  ofService: (serviceId) =>
    access.read(async (database) => {
      const rows = await inOrder(database).where('service_id', '=', serviceId).execute();
      return rows.map(fromRow);
    }),

  list: () => access.read(async (database) => (await inOrder(database).execute()).map(fromRow)),
});
