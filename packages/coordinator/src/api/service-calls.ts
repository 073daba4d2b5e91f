import { RestowError } from '@restow/shared/base/errors';
import {
  type DeploymentKind,
  defaultRedeployOptions,
  type RedeployOptions,
  underWay,
} from '@restow/shared/domain/deployment';
import { referenceTo, type Service, type ServiceDefinition } from '@restow/shared/domain/service';
import type { DeploymentEvent as WireEvent } from '@restow/shared/rpc/gen/restow/v1/DeploymentEvent';
import type { RedeployRequest__Output } from '@restow/shared/rpc/gen/restow/v1/RedeployRequest';
import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import type { ServiceDefinition__Output as WireDefinition } from '@restow/shared/rpc/gen/restow/v1/ServiceDefinition';
import { definitionFromWire } from '@restow/shared/rpc/wire-definition';
import { deploymentEventToWire, redeployOptionsFromWire } from '@restow/shared/rpc/wire-deployment';
import { planReplyToWire } from '@restow/shared/rpc/wire-plan';
import { serviceViewToWire } from '@restow/shared/rpc/wire-service-view';
import { followDeployment } from '../deployment/follow-deployment.ts';
import { requestRedeploy } from '../deployment/request-redeploy.ts';
import { requestScale } from '../deployment/request-scale.ts';
import { makePlan, neverStarted } from '../planning/make-plan.ts';
import { createService, serviceAsIf, updateService } from '../services/define-service.ts';
import { describeService, readService } from '../services/describe-service.ts';
import { refuseWhileLent } from '../services/lending.ts';
import { type Caller, streamCall, unaryCall } from './calls.ts';
import { type Door, findService } from './door.ts';
import { eachInTurn } from './each-in-turn.ts';

/** Throws `invalid` where there is none: a default for all of it would be a definition nobody gave. */
const definitionOf = (message: WireDefinition | null): ServiceDefinition => {
  if (message) return definitionFromWire(message);
  throw new RestowError('invalid', 'The request has no definition; nothing was changed.', {
    problems: [{ field: 'definition', message: 'is missing: give one, with an image and a count at least' }],
  });
};

type ServiceCalls = Pick<
  RestowHandlers,
  | 'CreateService'
  | 'UpdateService'
  | 'ListServices'
  | 'GetService'
  | 'RemoveService'
  | 'PlanService'
  | 'StartService'
  | 'Redeploy'
  | 'Scale'
>;

/** Defining, planning, starting, redeploying and removing services: decode, call one function, encode. */
export const serviceCalls = (door: Door): ServiceCalls => {
  const { world, queues, authenticate } = door;
  const view = async (service: Service) => serviceViewToWire(describeService(await readService(world, service)));

  const request = async function* (
    service: Service,
    kind: DeploymentKind,
    options: RedeployOptions,
    { principal, signal }: Caller,
  ): AsyncGenerator<WireEvent> {
    const deployment = await requestRedeploy(world, queues, { service, kind, options, requestedBy: principal.name });
    for await (const event of followDeployment(world, deployment.id, signal)) yield deploymentEventToWire(event);
  };

  /** One number would be told twice, in the definition and here, and which of them is meant is not for us to guess. */
  const refuseScale = ({ scaleTo }: RedeployOptions): void => {
    if (scaleTo === undefined) return;
    throw new RestowError('invalid', 'Only Scale takes a number of slots; nothing was asked for.', {
      problems: [{ field: 'options.scale_to', message: 'is for Scale alone: change the count of the definition' }],
    });
  };

  /** It has instances, or its first deployment is on the way to them. */
  const wasStarted = async (service: Service): Promise<boolean> => {
    const { slots, deployments } = world.store;
    if ((await slots.ofService(service.id)).some(({ desired }) => desired !== null)) return true;
    const open = await deployments.list({ serviceId: service.id, states: [...underWay, 'queued'] });
    return open.some(({ kind }) => kind !== 'remove');
  };

  return {
    CreateService: unaryCall(authenticate, world.log, async ({ name, stack, definition }) =>
      view(await createService(world, name, definitionOf(definition), stack || null)),
    ),
    UpdateService: unaryCall(authenticate, world.log, async ({ service, definition, ifVersion }) => {
      const { id } = await findService(door, service);
      return view(await updateService(world, id, definitionOf(definition), ifVersion));
    }),
    ListServices: unaryCall(authenticate, world.log, async (_, { signal }) => ({
      services: await eachInTurn(await world.store.services.list(), signal, view),
    })),
    GetService: unaryCall(authenticate, world.log, async ({ service }) => view(await findService(door, service))),
    RemoveService: streamCall(authenticate, world.log, async function* ({ service }, caller) {
      const found = await findService(door, service);
      await refuseWhileLent(world.store, found);
      yield* request(found, 'remove', defaultRedeployOptions, caller);
    }),
    PlanService: unaryCall(authenticate, world.log, async ({ service, options, definition }, { signal }) => {
      const found = definition
        ? await serviceAsIf(world, service, definitionFromWire(definition))
        : await findService(door, service);
      const orderId = `plan/${world.newId()}`;
      return planReplyToWire(await makePlan(world, found, redeployOptionsFromWire(options), orderId, signal));
    }),
    StartService: streamCall(authenticate, world.log, async function* (asked: RedeployRequest__Output, caller) {
      const service = await findService(door, asked.service);
      if (await wasStarted(service))
        throw new RestowError(
          'failed-precondition',
          `${referenceTo(service)} was started already; bring its newest definition with \`restow service redeploy ${referenceTo(service)}\`.`,
        );
      const options = redeployOptionsFromWire(asked.options);
      refuseScale(options);
      yield* request(service, 'deploy', options, caller);
    }),
    Redeploy: streamCall(authenticate, world.log, async function* (asked: RedeployRequest__Output, caller) {
      const service = await findService(door, asked.service);
      if (!(await wasStarted(service)))
        throw new RestowError(
          'failed-precondition',
          `${referenceTo(service)} was never started, so there is nothing to redeploy; start it with \`restow service start ${referenceTo(service)}\`.`,
        );
      const options = redeployOptionsFromWire(asked.options);
      refuseScale(options);
      yield* request(service, 'redeploy', options, caller);
    }),
    Scale: streamCall(authenticate, world.log, async function* (asked: RedeployRequest__Output, { principal, signal }) {
      const service = await findService(door, asked.service);
      if (!(await wasStarted(service))) throw neverStarted(service);
      const options = redeployOptionsFromWire(asked.options);
      const deployment = await requestScale(world, queues, { service, options, requestedBy: principal.name });
      for await (const event of followDeployment(world, deployment.id, signal)) yield deploymentEventToWire(event);
    }),
  };
};
