import { RestowError } from '@restow/shared/base/errors';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import type { Rollout, Swap } from './rollout.ts';
import type { World } from './world.ts';

/** What is wrong with an instance that should be running, or `null`. Pure. */
export const troubleOf = (slotName: string, nodeName: string, instance: ObservedInstance | null): string | null => {
  if (!instance || instance.state === 'gone') return `${slotName} has no container on ${nodeName} any more`;
  if (instance.state !== 'running')
    return `${slotName} on ${nodeName} ended${instance.exitCode === null ? '' : ` with exit code ${instance.exitCode}`}`;
  if (instance.health === 'unhealthy') return `${slotName} on ${nodeName} became unhealthy`;
  return null;
};

/**
 * Resolves when every swapped slot stayed well for `watchMs` after the last swap. Throws `failed-precondition` at the
 * first that did not, or `unavailable` when a node cannot be heard at the end: success means success.
 */
export const watchSlots = async (rollout: Rollout): Promise<void> => {
  const { world, swaps, revision, journal, deployment, signal } = rollout;
  const { watchMs } = revision.definition.update;
  // Before a restart; what was old may be gone since, so there is no way back any more.
  if (journal.earlier.some(({ phase, state }) => phase === 'watch' && state === 'done')) return;
  await journal.record(
    { orderId: `${deployment.id}/watch`, slotName: null, nodeName: null, phase: 'watch', name: 'watch' },
    async () => {
      const over = new AbortController();
      const fail = (swap: Swap, trouble: string) =>
        over.abort(
          new RestowError('failed-precondition', `${trouble}, ${swap.slotName} being watched after its swap.`),
        );
      const stopListening = world.announcer.listen((news) => {
        if (news.kind !== 'instance') return;
        const swap = swaps.find(({ spec }) => spec.instanceId === news.instance.instanceId);
        const trouble = swap && troubleOf(swap.slotName, swap.next.node.name, news.instance);
        if (trouble) fail(swap, trouble);
      });
      try {
        await world.clock.sleep(watchMs, AbortSignal.any([over.signal, signal]));
      } finally {
        stopListening();
      }
      for (const swap of swaps) {
        if (!world.agents.isConnected(swap.next.node.id))
          throw new RestowError(
            'unavailable',
            `${swap.next.node.name} was lost while ${swap.slotName} was being watched.`,
          );
        const trouble = troubleOf(
          swap.slotName,
          swap.next.node.name,
          await lastSeen(world, swap.spec.instanceId, signal),
        );
        if (trouble) throw new RestowError('failed-precondition', `${trouble} while it was being watched.`);
      }
      return { value: undefined, detail: `all well for ${(watchMs / 1000).toFixed(1)} s` };
    },
  );
};

/** How long news of an instance that has just started may take to arrive. Milliseconds. */
const newsMs = 5000;

/**
 * The instance as its agent last saw it. One that was started a moment ago may not be heard of yet; then its next news
 * are waited for.
 */
const lastSeen = async (world: World, instanceId: string, signal: AbortSignal): Promise<ObservedInstance | null> => {
  const heard = new AbortController();
  const stopListening = world.announcer.listen((news) => {
    if (news.kind === 'instance' && news.instance.instanceId === instanceId) heard.abort();
  });
  try {
    const known = await world.store.instances.get(instanceId);
    if (known && known.state !== 'created') return known;
    await world.clock.sleep(newsMs, AbortSignal.any([heard.signal, signal])).catch((stopped) => {
      if (!heard.signal.aborted) throw stopped;
    });
    return world.store.instances.get(instanceId);
  } finally {
    stopListening();
  }
};
