import type { Deployment, DeploymentKind, DeploymentState } from '@restow/shared/domain/deployment';
import type { DeploymentRows } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import { idTaken, noSuch, refuseMove } from '../store-refusals.ts';
import { unlessTaken } from './faults.ts';
import { mustExist } from './must-exist.ts';
import type { Database, Schema } from './schema.ts';
import { stepRows } from './step-rows.ts';

type Row = Schema['deployments'];

const toRow = (deployment: Deployment): Row => ({
  id: deployment.id,
  number: deployment.number,
  kind: deployment.kind,
  service_id: deployment.serviceId,
  service_name: deployment.serviceName,
  revision_id: deployment.revisionId,
  state: deployment.state,
  reason: deployment.reason,
  code: deployment.code,
  requested_by: deployment.requestedBy,
  options: JSON.stringify(deployment.options),
  plan: deployment.plan && JSON.stringify(deployment.plan),
  requested_at: deployment.requestedAt,
  started_at: deployment.startedAt,
  ended_at: deployment.endedAt,
});

const fromRow = (row: Row): Deployment => ({
  id: row.id,
  number: row.number,
  kind: row.kind as DeploymentKind,
  serviceId: row.service_id,
  serviceName: row.service_name,
  revisionId: row.revision_id,
  state: row.state as DeploymentState,
  reason: row.reason,
  code: row.code,
  requestedBy: row.requested_by,
  options: JSON.parse(row.options),
  plan: row.plan === null ? null : JSON.parse(row.plan),
  requestedAt: row.requested_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

const lastNumber = async (database: Database): Promise<number> => {
  const { last } = await database
    .selectFrom('deployments')
    .select(({ fn }) => fn.max('number').as('last'))
    .executeTakeFirstOrThrow();
  return last ?? 0;
};

export const deploymentRows = (access: Access<Database>): DeploymentRows => {
  return {
    add: (asked) =>
      access.write(async (database) => {
        await mustExist(database, { services: asked.serviceId, revisions: asked.revisionId });
        const deployment = { ...asked, number: (await lastNumber(database)) + 1 };
        const row = toRow(deployment);
        await unlessTaken(database.insertInto('deployments').values(row).execute(), () =>
          idTaken('deployment', asked.id),
        );
        return fromRow(row);
      }),

    update: (deployment) =>
      access.write(async (database) => {
        const { id, number, ...changes } = toRow(deployment);
        const now = await database.selectFrom('deployments').selectAll().where('id', '=', id).executeTakeFirst();
        if (!now) throw noSuch('deployment', id);
        refuseMove(fromRow(now), deployment);
        await mustExist(database, { services: deployment.serviceId, revisions: deployment.revisionId });
        await database.updateTable('deployments').set(changes).where('id', '=', id).execute();
      }),

    get: (id) =>
      access.read(async (database) => {
        const row = await database.selectFrom('deployments').selectAll().where('id', '=', id).executeTakeFirst();
        return row ? fromRow(row) : null;
      }),

    byNumber: (number) =>
      access.read(async (database) => {
        const row = await database
          .selectFrom('deployments')
          .selectAll()
          .where('number', '=', number)
          .executeTakeFirst();
        return row ? fromRow(row) : null;
      }),

    list: ({ serviceId, states, limit }) =>
      access.read(async (database) => {
        // `in ()` is not SQL everywhere.
        if (states?.length === 0) return [];
        let query = database.selectFrom('deployments').selectAll().orderBy('number', 'desc');
        if (serviceId !== undefined) query = query.where('service_id', '=', serviceId);
        if (states !== undefined) query = query.where('state', 'in', states);
        if (limit !== undefined) query = query.limit(limit);
        return (await query.execute()).map(fromRow);
      }),

    ...stepRows(access),
  };
};
