import { referenceTo, type Service } from '@restow/shared/domain/service';
import type { ServiceRows } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import { idTaken, nameTaken, noSuch } from '../store-refusals.ts';
import { unlessTaken } from './faults.ts';
import type { Database, Schema } from './schema.ts';

type Row = Schema['services'];

const toRow = (service: Service): Row => ({
  id: service.id,
  name: service.name,
  stack: service.stack ?? '',
  definition: JSON.stringify(service.definition),
  version: service.version,
  created_at: service.createdAt,
  updated_at: service.updatedAt,
  removed_at: service.removedAt,
});

const fromRow = (row: Row): Service => ({
  id: row.id,
  name: row.name,
  stack: row.stack || null,
  definition: JSON.parse(row.definition),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  removedAt: row.removed_at,
});

const taken = (service: Service) => (columns: string[]) =>
  columns.includes('services.name') ? nameTaken('service', referenceTo(service)) : idTaken('service', service.id);

export const serviceRows = (access: Access<Database>): ServiceRows => ({
  add: (service) =>
    access.write(async (database) => {
      await unlessTaken(database.insertInto('services').values(toRow(service)).execute(), taken(service));
    }),

  update: (service) =>
    access.write(async (database) => {
      const { id, ...changes } = toRow(service);
      const statement = database.updateTable('services').set(changes).where('id', '=', id);
      const { numUpdatedRows } = await unlessTaken(statement.executeTakeFirstOrThrow(), taken(service));
      if (numUpdatedRows === 0n) throw noSuch('service', id);
    }),

  get: (id) =>
    access.read(async (database) => {
      const row = await database.selectFrom('services').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    }),

  list: () =>
    access.read(async (database) => {
      const rows = await database
        .selectFrom('services')
        .selectAll()
        .where('removed_at', 'is', null)
        .orderBy('name')
        .orderBy('stack')
        .execute();
      return rows.map(fromRow);
    }),
});
