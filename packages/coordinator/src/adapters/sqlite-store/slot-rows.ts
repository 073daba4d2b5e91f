import { compareAddresses } from '@restow/shared/domain/address';
import type { DesiredInstance, Slot } from '@restow/shared/domain/slot';
import type { SlotRows } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import { addressTaken, idTaken, indexTaken, noSuch, slotRemoved } from '../store-refusals.ts';
import { unlessTaken } from './faults.ts';
import { mustExist } from './must-exist.ts';
import type { Database, Schema } from './schema.ts';

type Row = Schema['slots'];
type DesiredColumns = Pick<
  Row,
  | 'desired_instance_id'
  | 'desired_revision_id'
  | 'desired_node_id'
  | 'desired_deployment_id'
  | 'desired_ports'
  | 'desired_named'
>;

const desiredColumns = (desired: DesiredInstance | null): DesiredColumns => ({
  desired_instance_id: desired?.instanceId ?? null,
  desired_revision_id: desired?.revisionId ?? null,
  desired_node_id: desired?.nodeId ?? null,
  desired_deployment_id: desired?.deploymentId ?? null,
  desired_ports: desired && JSON.stringify(desired.ports),
  desired_named: desired && Number(desired.named),
});

const desiredFrom = (row: DesiredColumns): DesiredInstance | null =>
  row.desired_instance_id === null
    ? null
    : {
        instanceId: row.desired_instance_id,
        // The table's check has them all set or none.
        revisionId: row.desired_revision_id!,
        nodeId: row.desired_node_id!,
        deploymentId: row.desired_deployment_id!,
        ports: JSON.parse(row.desired_ports!) as DesiredInstance['ports'],
        named: row.desired_named === 1,
      };

const toRow = (slot: Slot): Row => ({
  id: slot.id,
  service_id: slot.serviceId,
  slot_index: slot.index,
  address: slot.address,
  ...desiredColumns(slot.desired),
  removed_at: slot.removedAt,
});

const fromRow = (row: Row): Slot => ({
  id: row.id,
  serviceId: row.service_id,
  index: row.slot_index,
  address: row.address,
  desired: desiredFrom(row),
  removedAt: row.removed_at,
});

const taken = (slot: Slot) => (columns: string[]) => {
  if (columns.includes('slots.address')) return addressTaken(slot);
  return columns.includes('slots.slot_index') ? indexTaken(slot) : idTaken('slot', slot.id);
};

const desiredMustExist = (database: Database, desired: DesiredInstance | null): Promise<void> =>
  mustExist(database, {
    revisions: desired?.revisionId ?? null,
    nodes: desired?.nodeId ?? null,
    deployments: desired?.deploymentId ?? null,
  });

const find = async (database: Database, id: string): Promise<Slot | null> => {
  const row = await database.selectFrom('slots').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? fromRow(row) : null;
};

export const slotRows = (access: Access<Database>): SlotRows => ({
  add: (slot) =>
    access.write(async (database) => {
      await mustExist(database, { services: slot.serviceId });
      await desiredMustExist(database, slot.desired);
      await unlessTaken(database.insertInto('slots').values(toRow(slot)).execute(), taken(slot));
    }),

  setDesired: (slotId, desired) =>
    access.write(async (database) => {
      const slot = await find(database, slotId);
      if (!slot) throw noSuch('slot', slotId);
      if (slot.removedAt !== null) throw slotRemoved(slotId);
      await desiredMustExist(database, desired);
      await database.updateTable('slots').set(desiredColumns(desired)).where('id', '=', slotId).execute();
    }),

  remove: (slotId, at) =>
    access.write(async (database) => {
      const slot = await find(database, slotId);
      if (!slot) throw noSuch('slot', slotId);
      if (slot.removedAt !== null) return;
      await database.updateTable('slots').set({ removed_at: at }).where('id', '=', slotId).execute();
    }),

  get: (id) => access.read((database) => find(database, id)),

  ofService: (serviceId) =>
    access.read(async (database) => {
      const rows = await database
        .selectFrom('slots')
        .selectAll()
        .where('service_id', '=', serviceId)
        .where('removed_at', 'is', null)
        .orderBy('slot_index')
        .execute();
      return rows.map(fromRow);
    }),

  list: () =>
    access.read(async (database) => {
      const rows = await database.selectFrom('slots').selectAll().where('removed_at', 'is', null).execute();
      // As text 10.7.0.10 would come before 10.7.0.9.
      return rows.map(fromRow).sort((one, other) => compareAddresses(one.address, other.address));
    }),
});
