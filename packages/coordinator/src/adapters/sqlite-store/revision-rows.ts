import type { Revision } from '@restow/shared/domain/revision';
import type { RevisionRows } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import { idTaken, revisionTaken } from '../store-refusals.ts';
import { unlessTaken } from './faults.ts';
import { mustExist } from './must-exist.ts';
import type { Database, Schema } from './schema.ts';

type Row = Schema['revisions'];

const toRow = (revision: Revision): Row => ({
  id: revision.id,
  service_id: revision.serviceId,
  number: revision.number,
  definition: JSON.stringify(revision.definition),
  definition_version: revision.definitionVersion,
  image: JSON.stringify(revision.image),
  created_at: revision.createdAt,
});

const fromRow = (row: Row): Revision => ({
  id: row.id,
  serviceId: row.service_id,
  number: row.number,
  definition: JSON.parse(row.definition),
  definitionVersion: row.definition_version,
  image: JSON.parse(row.image),
  createdAt: row.created_at,
});

const taken = (revision: Revision) => (columns: string[]) =>
  columns.includes('revisions.number')
    ? revisionTaken(revision.serviceId, revision.number)
    : idTaken('revision', revision.id);

export const revisionRows = (access: Access<Database>): RevisionRows => ({
  add: (revision) =>
    access.write(async (database) => {
      await mustExist(database, { services: revision.serviceId });
      await unlessTaken(database.insertInto('revisions').values(toRow(revision)).execute(), taken(revision));
    }),

  get: (id) =>
    access.read(async (database) => {
      const row = await database.selectFrom('revisions').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    }),

  ofService: (serviceId) =>
    access.read(async (database) => {
      const rows = await database
        .selectFrom('revisions')
        .selectAll()
        .where('service_id', '=', serviceId)
        .orderBy('number')
        .execute();
      return rows.map(fromRow);
    }),
});
