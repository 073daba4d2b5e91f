import type { Availability, Node } from '@restow/shared/domain/node';
import type { NodeRows } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import { nameTaken } from '../store-refusals.ts';
import { unlessTaken } from './faults.ts';
import type { Database, Schema } from './schema.ts';

type Row = Schema['nodes'];

const toRow = (node: Node): Row => ({
  id: node.id,
  name: node.name,
  tags: JSON.stringify(node.tags),
  availability: node.availability,
  unreachable_since: node.unreachableSince,
  underlay_address: node.underlayAddress,
  public_address: node.publicAddress,
  agent_version: node.agentVersion,
  engine: JSON.stringify(node.engine),
  facts: JSON.stringify(node.facts),
  foreign_containers: node.foreignContainers,
  created_at: node.createdAt,
  last_seen_at: node.lastSeenAt,
});

const fromRow = (row: Row): Node => ({
  id: row.id,
  name: row.name,
  tags: JSON.parse(row.tags),
  availability: row.availability as Availability,
  unreachableSince: row.unreachable_since,
  underlayAddress: row.underlay_address,
  publicAddress: row.public_address,
  agentVersion: row.agent_version,
  engine: JSON.parse(row.engine),
  facts: JSON.parse(row.facts),
  foreignContainers: row.foreign_containers,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
});

export const nodeRows = (access: Access<Database>): NodeRows => ({
  put: (node) =>
    access.write(async (database) => {
      const row = toRow(node);
      const statement = database
        .insertInto('nodes')
        .values(row)
        .onConflict((taken) => taken.column('id').doUpdateSet(row));
      await unlessTaken(statement.execute(), () => nameTaken('node', node.name));
    }),

  get: (id) =>
    access.read(async (database) => {
      const row = await database.selectFrom('nodes').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    }),

  list: () =>
    access.read(async (database) => {
      const rows = await database.selectFrom('nodes').selectAll().orderBy('name').execute();
      return rows.map(fromRow);
    }),
});
