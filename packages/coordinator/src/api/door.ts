import { RestowError } from '@restow/shared/base/errors';
import type { Service } from '@restow/shared/domain/service';
import type { ServiceQueues } from '../deployment/service-queues.ts';
import type { Refusals } from '../nodes/refusals.ts';
import type { LogArchive } from '../ports/log-archive.ts';
import { findByReference } from '../services/find-by-reference.ts';
import type { World } from '../world.ts';
import type { Authenticate } from './principal.ts';

/** What the people's door opens onto. */
export interface Door {
  world: World;
  queues: ServiceQueues;
  archive: LogArchive;
  authenticate: Authenticate;
  /** Who answers, for `GetServer`. */
  server: { version: string; clusterId: string; epoch: number };
  /** Called when a person changed what may be placed on a node: its tags, or whether it takes anything. */
  onNodeChanged?: () => void;
  /** Why nodes refused to be part of the cluster. Absent: none did. */
  refusals?: Refusals;
}

export const findService = async ({ world }: Pick<Door, 'world'>, reference: string): Promise<Service> =>
  findByReference('service', await world.store.services.list(), reference);

/** By number or uuid. Throws `not-found`. */
export const findDeployment = async ({ world }: Pick<Door, 'world'>, reference: string) => {
  const { deployments } = world.store;
  const found = /^\d{1,9}$/.test(reference)
    ? await deployments.byNumber(Number(reference))
    : await deployments.get(reference);
  if (found) return found;
  throw new RestowError(
    'not-found',
    `There is no deployment "${reference}": give its number or its whole uuid, as \`restow deployment ls\` lists them.`,
  );
};
