import { RestowError } from '@restow/shared/base/errors';
import type { RedeployOptions } from '@restow/shared/domain/deployment';
import { referenceTo, type ServiceDefinition } from '@restow/shared/domain/service';
import type { ServiceView } from '@restow/shared/domain/view';
import type { Cli } from '../cli.ts';
import { definitionChanges } from '../render/definition.ts';
import type { Planned } from './plan-each.ts';

/** It has instances, or its first deployment is on the way to them. */
const wasStarted = ({ revisionNumber, state }: ServiceView): boolean => revisionNumber !== null || state === 'Starting';

/** `service start --dry-run`. Throws what the start would be refused with. */
export const planStart = async (cli: Cli, name: string, options: RedeployOptions): Promise<Planned> => {
  const service = await cli.client().getService(name, cli.call);
  if (wasStarted(service))
    throw new RestowError('failed-precondition', `${referenceTo(service)} was started already; it can be redeployed.`);
  return { outcome: await cli.client().planService(service.id, options, cli.call) };
};

/** `service redeploy --dry-run`, with the definition as it would be changed first. Throws what it would be refused with. */
export const planRedeploy = async (
  cli: Cli,
  name: string,
  options: RedeployOptions,
  change?: (definition: ServiceDefinition) => ServiceDefinition,
): Promise<Planned> => {
  const service = await cli.client().getService(name, cli.call);
  if (!wasStarted(service))
    throw new RestowError(
      'failed-precondition',
      `${referenceTo(service)} was never started, so there is nothing to redeploy.`,
    );
  return change
    ? planChanged(cli, service, options, change)
    : { outcome: await cli.client().planService(service.id, options, cli.call) };
};

/** `service scale --dry-run`. Throws what the scale would be refused with. */
export const planScale = async (cli: Cli, name: string, count: number, options: RedeployOptions): Promise<Planned> => {
  const service = await cli.client().getService(name, cli.call);
  return { outcome: await cli.client().planService(service.id, { ...options, scaleTo: count }, cli.call) };
};

/** What would change, and what the next deployment would then do. */
export const planChanged = async (
  cli: Cli,
  service: ServiceView,
  options: RedeployOptions,
  change: (definition: ServiceDefinition) => ServiceDefinition,
): Promise<Planned> => {
  const definition = change(service.definition);
  const outcome = await cli.client().planService(service.id, options, { ...cli.call, definition });
  return { outcome, changes: definitionChanges(service.definition, definition) };
};

/** `service create --dry-run` and `service run --dry-run`. Throws `already-exists` where the name is taken. */
export const planNew = async (
  cli: Cli,
  name: string,
  options: RedeployOptions,
  definition: ServiceDefinition,
): Promise<Planned> => {
  const services = await cli.client().listServices(cli.call);
  if (services.some((service) => referenceTo(service) === name))
    throw new RestowError('already-exists', `There is a service ${name} already; give another name with --name.`);
  return { outcome: await cli.client().planService(name, options, { ...cli.call, definition }) };
};
