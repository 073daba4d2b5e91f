import { RestowError } from '@restow/shared/base/errors';
import { type ClusterNetwork, defaultClusterNetwork } from '@restow/shared/domain/cluster-network';
import type { Store } from '../ports/store.ts';
import { networkFields, networkFlags, networkFrom, networkProblems } from './network-flags.ts';

/**
 * The cluster's network as it is from now on: what is given, else what it was, else the default. Under slots it cannot
 * change: every node's networks are made of it, and a node that is away would not hear of it. Throws
 * `failed-precondition` naming all that was given otherwise, `invalid` where what is given does not go with what is kept.
 */
export const keepNetwork = async (
  { settings, slots }: Pick<Store, 'settings' | 'slots'>,
  given: Partial<ClusterNetwork>,
): Promise<ClusterNetwork> => {
  const texts = await Promise.all(networkFields.map(async (field) => [field, await settings.get(networkFlags[field])]));
  const kept = networkFrom(Object.fromEntries(texts.map(([field, text]) => [field, text ?? undefined])));
  // What an earlier version did not keep was the default then.
  const hasSlots = (await slots.list()).length > 0;
  const before: ClusterNetwork = { ...defaultClusterNetwork, ...kept };
  const otherwise = networkFields.filter((field) => given[field] !== undefined && given[field] !== before[field]);
  if (hasSlots && otherwise.length > 0)
    throw new RestowError(
      'failed-precondition',
      `This cluster has slots, and under them its network cannot change: start ${otherwise
        .map((field) => `with --${networkFlags[field]} ${before[field]} (not ${given[field]})`)
        .join(' and ')}, or remove all services first.`,
    );
  const problems = networkProblems(given, kept);
  if (problems.length > 0) throw new RestowError('invalid', "The cluster's network cannot be like this.", { problems });
  const network = { ...before, ...given };
  for (const field of networkFields) await settings.set(networkFlags[field], String(network[field]));
  return network;
};
