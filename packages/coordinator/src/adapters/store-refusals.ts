import { RestowError } from '@restow/shared/base/errors';
import { type Deployment, mayMove } from '@restow/shared/domain/deployment';
import type { ObservedInstance, Slot, Volume } from '@restow/shared/domain/slot';

/** What every store refuses, and in which words: kept apart so that all of them say the same. */

/** Tables whose rows others point at. */
export type Referenced = 'services' | 'revisions' | 'slots' | 'deployments' | 'nodes';

/** What one row of such a table is called. */
export const oneOf: Record<Referenced, string> = {
  services: 'service',
  revisions: 'revision',
  slots: 'slot',
  deployments: 'deployment',
  nodes: 'node',
};

export const noSuch = (what: string, id: string): RestowError =>
  new RestowError('not-found', `The store has no ${what} with the id ${id}.`);

export const idTaken = (what: string, id: string): RestowError =>
  new RestowError('already-exists', `The store has a ${what} with the id ${id} already.`);

export const nameTaken = (what: 'service' | 'node', name: string): RestowError =>
  new RestowError(
    'already-exists',
    `A ${what} named ${name} exists already: choose another name, or remove or rename that one first.`,
  );

export const revisionTaken = (serviceId: string, number: number): RestowError =>
  new RestowError('already-exists', `Service ${serviceId} has a revision ${number} already.`);

export const addressTaken = ({ address }: Slot): RestowError =>
  new RestowError('already-exists', `Address ${address} is held by another living slot: lease a free one.`);

export const indexTaken = ({ serviceId, index }: Slot): RestowError =>
  new RestowError('already-exists', `Service ${serviceId} has a living slot ${index} already.`);

export const volumeTaken = ({ name, nodeId }: Volume): RestowError =>
  new RestowError('already-exists', `Node ${nodeId} has another volume named ${name} already.`);

export const slotRemoved = (slotId: string): RestowError =>
  new RestowError(
    'failed-precondition',
    `Slot ${slotId} was removed: its address may be another's, so it can run nothing.`,
  );

/** Throws `failed-precondition` unless `next` may follow `now`. */
export const refuseMove = (now: Pick<Deployment, 'number' | 'state'>, next: Deployment): void => {
  if (next.number !== now.number)
    throw new RestowError(
      'failed-precondition',
      `Deployment ${now.number} cannot become number ${next.number}: a deployment keeps its number.`,
    );
  if (next.state !== now.state && !mayMove(now.state, next.state))
    throw new RestowError(
      'failed-precondition',
      `Deployment ${now.number} is ${now.state} and cannot become ${next.state}.`,
    );
};

/** Throws `invalid` when an observation of one node holds an instance of another. */
export const refuseForeign = (nodeId: string, instances: ObservedInstance[]): void => {
  const foreign = instances.find((instance) => instance.nodeId !== nodeId);
  if (foreign)
    throw new RestowError(
      'invalid',
      `An observation of node ${nodeId} holds instance ${foreign.instanceId} of node ${foreign.nodeId}.`,
    );
};
