import type { Deployment } from '@restow/shared/domain/deployment';
import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import { deploymentEventToWire, deploymentToWire } from '@restow/shared/rpc/wire-deployment';
import { followDeployment, viewDeployment } from '../deployment/follow-deployment.ts';
import { resumePaused } from '../deployment/resume-paused.ts';
import { streamCall, unaryCall } from './calls.ts';
import { type Door, findDeployment, findService } from './door.ts';
import { eachInTurn } from './each-in-turn.ts';

type DeploymentCalls = Pick<
  RestowHandlers,
  'ListDeployments' | 'GetDeployment' | 'WatchDeployment' | 'ResumeDeployment' | 'RollbackDeployment'
>;

const defaultLimit = 50;

/** The history: every attempt a row, each with its steps. */
export const deploymentCalls = (door: Door): DeploymentCalls => {
  const { world, authenticate } = door;
  return {
    ListDeployments: unaryCall(authenticate, world.log, async ({ service, limit }, { signal }) => {
      const serviceId = service === '' ? undefined : (await findService(door, service)).id;
      const found = await world.store.deployments.list({ serviceId, limit: limit || defaultLimit });
      const view = async (deployment: Deployment) => deploymentToWire(await viewDeployment(world, deployment));
      return { deployments: await eachInTurn(found, signal, view) };
    }),
    GetDeployment: unaryCall(authenticate, world.log, async ({ deployment }) =>
      deploymentToWire(await viewDeployment(world, await findDeployment(door, deployment))),
    ),
    WatchDeployment: streamCall(authenticate, world.log, async function* ({ deployment }, { signal }) {
      const { id } = await findDeployment(door, deployment);
      for await (const event of followDeployment(world, id, signal)) yield deploymentEventToWire(event);
    }),
    ResumeDeployment: streamCall(authenticate, world.log, async function* ({ deployment }, { signal }) {
      const { id } = await resumePaused(door, await findDeployment(door, deployment), 'rolling');
      for await (const event of followDeployment(world, id, signal)) yield deploymentEventToWire(event);
    }),
    RollbackDeployment: streamCall(authenticate, world.log, async function* ({ deployment }, { signal }) {
      const { id } = await resumePaused(door, await findDeployment(door, deployment), 'undoing');
      for await (const event of followDeployment(world, id, signal)) yield deploymentEventToWire(event);
    }),
  };
};
