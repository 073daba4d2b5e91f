import { RestowError } from '@restow/shared/base/errors';
import type { ServiceDefinition } from '@restow/shared/domain/service';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import type { World } from '../world.ts';
import { giveUp } from './go-back.ts';
import { goBackAll, unfinished } from './roll-out.ts';
import { type Rollout, type Swap, staying } from './rollout.ts';

/**
 * What is wrong with an instance that should be running, or `null`. Where the service does not have it started again after
 * that, one that ended with 0 has done its work; and where it has it removed then, its absence says no more. Pure.
 */
export const troubleOf = (
  slotName: string,
  nodeName: string,
  instance: ObservedInstance | null,
  { autorestart, autodestroy }: Pick<ServiceDefinition, 'autorestart' | 'autodestroy'>,
): string | null => {
  const isGone = !instance || instance.state === 'gone';
  if (isGone && autodestroy === 'OFF') return `${slotName} has no container on ${nodeName} any more`;
  // How it had ended is known of one that was seen to.
  if (isGone && !instance?.exitCode) return null;
  if (instance?.state === 'stopped' && instance.exitCode === 0 && autorestart !== 'ALWAYS') return null;
  if (instance.state !== 'running')
    return `${slotName} on ${nodeName} ended${instance.exitCode === null ? '' : ` with exit code ${instance.exitCode}`}`;
  if (instance.health === 'unhealthy') return `${slotName} on ${nodeName} became unhealthy`;
  return null;
};

/** A swapped slot that is not well. */
interface Trouble {
  swap: Swap;
  error: RestowError;
}

/**
 * Resolves when every swapped slot stayed well for `watchMs` after the last swap, as the policy says on trouble:
 * - `rollback`: throws the first
 * - `pause`: the slots in trouble go back, and it ends there
 * - `continue`: the slots in trouble go back, and the others are watched anew
 *
 * Trouble is `failed-precondition` where an instance did not stay well, `unavailable` where its node cannot be heard at
 * the end: success means success. Slots that went back have `gaveUp` set.
 */
export const watchAll = async (rollout: Rollout): Promise<void> => {
  const { onFailure } = rollout.revision.definition.update;
  await goBackAll(rollout, unfinished(rollout.swaps));
  for (let round = roundsFailed(rollout) + 1; ; round++) {
    const swaps = staying(rollout);
    if (swaps.length === 0 || (onFailure === 'pause' && swaps.length < rollout.swaps.length)) return;
    const troubles = await watchRound(rollout, swaps, round);
    if (troubles.length === 0) return;
    if (onFailure === 'rollback') throw troubles[0]!.error;
    for (const { swap, error } of troubles) giveUp(swap, error);
    await goBackAll(rollout, unfinished(swaps));
  }
};

const stepName = 'watch';

const roundsFailed = ({ journal }: Rollout): number =>
  journal.earlier.filter(({ phase, state }) => phase === 'watch' && state === 'failed').length;

/** Watches them once, recorded as a step. No trouble: all stayed well. */
const watchRound = async (rollout: Rollout, swaps: readonly Swap[], round: number): Promise<Trouble[]> => {
  const { journal, deployment, revision } = rollout;
  const { watchMs } = revision.definition.update;
  // Before a restart; what was old may be gone since, so there is no way back any more.
  if (journal.earlier.some(({ phase, state }) => phase === 'watch' && state === 'done')) return [];
  const orderId = `${deployment.id}/${stepName}${round === 1 ? '' : `-${round}`}`;
  const step = { orderId, slotName: null, nodeName: null, phase: 'watch', name: stepName } as const;
  let troubles: Trouble[] = [];
  try {
    await journal.record(step, async () => {
      troubles = await troublesWithin(rollout, swaps, watchMs);
      if (troubles.length > 0) throw new RestowError('failed-precondition', troubles.map(messageOf).join('\n'));
      return { value: undefined, detail: `all well for ${(watchMs / 1000).toFixed(1)} s` };
    });
  } catch (error) {
    if (troubles.length === 0) throw error;
  }
  return troubles;
};

const messageOf = ({ error }: Trouble): string => error.message;

/** All that is wrong at the first moment anything is, or when the time is over. */
const troublesWithin = async (rollout: Rollout, swaps: readonly Swap[], watchMs: number): Promise<Trouble[]> => {
  const { world, revision, signal } = rollout;
  const seen = new Map<Swap, Trouble>();
  const over = new AbortController();
  const stopListening = world.announcer.listen((news) => {
    if (news.kind !== 'instance') return;
    const swap = swaps.find(({ spec }) => spec.instanceId === news.instance.instanceId);
    const wrong = swap && troubleOf(swap.slotName, swap.next.node.name, news.instance, revision.definition);
    if (!swap || !wrong || seen.has(swap)) return;
    seen.set(swap, { swap, error: new RestowError('failed-precondition', `${wrong}, being watched after its swap.`) });
    over.abort();
  });
  try {
    await world.clock.sleep(watchMs, AbortSignal.any([over.signal, signal])).catch((stopped) => {
      if (!over.signal.aborted) throw stopped;
    });
    signal.throwIfAborted();
    const ends = await Promise.all(swaps.map(async (swap) => seen.get(swap) ?? (await troubleNow(rollout, swap))));
    return ends.filter((trouble) => trouble !== null);
  } finally {
    stopListening();
  }
};

const troubleNow = async ({ world, revision, signal }: Rollout, swap: Swap): Promise<Trouble | null> => {
  const { node } = swap.next;
  if (!(await isHeard(world, node.id, signal)))
    return {
      swap,
      error: new RestowError('unavailable', `${node.name} was lost while ${swap.slotName} was being watched.`),
    };
  const wrongWith = (instance: ObservedInstance | null) =>
    troubleOf(swap.slotName, node.name, instance, revision.definition);
  const isWell = (instance: ObservedInstance | null) => wrongWith(instance) === null;
  const wrong = wrongWith(await lastSeen(world, swap.spec.instanceId, isWell, signal));
  return wrong === null
    ? null
    : { swap, error: new RestowError('failed-precondition', `${wrong} while it was being watched.`) };
};

/** An agent that lost its session dials again within 5 s; a healthy rollout is not given up for that. Milliseconds. */
const returnMs = 15_000;

/** Whether the node's session stands, or stands again soon. */
const isHeard = async ({ agents, clock }: World, nodeId: string, signal: AbortSignal): Promise<boolean> => {
  if (agents.isConnected(nodeId)) return true;
  const either = new AbortController();
  const until = AbortSignal.any([either.signal, signal]);
  try {
    return await Promise.race([
      agents.whenConnected(nodeId, until).then(() => true),
      clock.sleep(returnMs, until).then(() => false),
    ]);
  } finally {
    either.abort();
  }
};

/** How long news of an instance that has just started may take to arrive. Milliseconds. */
const newsMs = 5000;

/**
 * The instance as its agent last saw it. One that was started a moment ago may not be heard of yet, or only from before,
 * when it was put aside; then its next news are waited for.
 */
const lastSeen = async (
  world: World,
  instanceId: string,
  isWell: (instance: ObservedInstance | null) => boolean,
  signal: AbortSignal,
): Promise<ObservedInstance | null> => {
  const heard = new AbortController();
  const stopListening = world.announcer.listen((news) => {
    if (news.kind === 'instance' && news.instance.instanceId === instanceId) heard.abort();
  });
  try {
    const known = await world.store.instances.get(instanceId);
    if (known?.state === 'running' || isWell(known)) return known;
    await world.clock.sleep(newsMs, AbortSignal.any([heard.signal, signal])).catch((stopped) => {
      if (!heard.signal.aborted) throw stopped;
    });
    return world.store.instances.get(instanceId);
  } finally {
    stopListening();
  }
};
