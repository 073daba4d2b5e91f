import type { DeploymentStep, StepState } from '@restow/shared/domain/deployment';
import type { DeploymentRows } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import { mustExist } from './must-exist.ts';
import type { Database, Schema } from './schema.ts';

type Row = Schema['deployment_steps'];

const toRow = (step: DeploymentStep): Row => ({
  deployment_id: step.deploymentId,
  seq: step.seq,
  order_id: step.orderId,
  slot_name: step.slotName,
  node_name: step.nodeName,
  phase: step.phase,
  name: step.name,
  state: step.state,
  detail: step.detail,
  started_at: step.startedAt,
  ended_at: step.endedAt,
});

const fromRow = (row: Row): DeploymentStep => ({
  deploymentId: row.deployment_id,
  seq: row.seq,
  orderId: row.order_id,
  slotName: row.slot_name,
  nodeName: row.node_name,
  phase: row.phase as DeploymentStep['phase'],
  name: row.name,
  state: row.state as StepState,
  detail: row.detail,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

export const stepRows = (access: Access<Database>): Pick<DeploymentRows, 'putStep' | 'steps'> => ({
  putStep: (step) =>
    access.write(async (database) => {
      await mustExist(database, { deployments: step.deploymentId });
      const row = toRow(step);
      await database
        .insertInto('deployment_steps')
        .values(row)
        .onConflict((taken) => taken.columns(['deployment_id', 'seq']).doUpdateSet(row))
        .execute();
    }),

  steps: (deploymentId) =>
    access.read(async (database) => {
      const rows = await database
        .selectFrom('deployment_steps')
        .selectAll()
        .where('deployment_id', '=', deploymentId)
        .orderBy('seq')
        .execute();
      return rows.map(fromRow);
    }),
});
