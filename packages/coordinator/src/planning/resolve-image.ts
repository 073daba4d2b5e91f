import { RestowError } from '@restow/shared/base/errors';
import type { Node } from '@restow/shared/domain/node';
import type { OrderFailure } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import type { World } from '../world.ts';
import { questionAbsenceMs } from './question-absence.ts';

/** Nodes that can be asked, those the service may run on first; by name, so that the same question asks the same node. */
const askable = (nodes: Node[], tags: string[], isConnected: (nodeId: string) => boolean): Node[] => {
  const eligible = (node: Node) => node.availability === 'active' && tags.every((tag) => node.tags.includes(tag));
  const connected = nodes.filter((node) => isConnected(node.id));
  return [...connected.filter(eligible), ...connected.filter((node) => !eligible(node))];
};

/** Failures that say something of the image rather than of the node that was asked. */
const aboutTheImage: OrderFailure['code'][] = ['image-not-found', 'registry-denied', 'registry-unreachable'];

/**
 * Pins a reference once, for all slots: the first node that can tell is believed. A node without the image is not the
 * last word, since an image no registry has may exist on another one. `null` when no node is connected. Throws what the
 * last node said when none could tell.
 */
export const resolveImage = async (
  world: Pick<World, 'store' | 'agents'>,
  reference: string,
  tags: string[],
  orderId: string,
  signal?: AbortSignal,
): Promise<{ image: PinnedImage; node: Node } | null> => {
  let failure: { node: Node; failure: OrderFailure } | null = null;
  for (const node of askable(await world.store.nodes.list(), tags, (id) => world.agents.isConnected(id))) {
    const outcome = await world.agents.send<'resolve-image'>(
      node.id,
      {
        orderId: `${orderId}/${node.name}/resolve-image`,
        order: { kind: 'resolve-image', reference },
        deadlineMs: 60_000,
        absenceMs: questionAbsenceMs,
      },
      { signal },
    );
    if (outcome.ok) return { image: outcome.value.image, node };
    if (!failure || aboutTheImage.includes(outcome.failure.code)) failure = { node, failure: outcome.failure };
  }
  if (!failure) return null;
  const code =
    failure.failure.code === 'image-not-found'
      ? 'not-found'
      : failure.failure.code === 'registry-denied'
        ? 'denied'
        : 'unavailable';
  throw new RestowError(code, `${failure.node.name} could not resolve the image: ${failure.failure.message}`);
};
