import { backoffMs } from '@restow/shared/base/backoff';
import { messageOf } from '@restow/shared/base/errors';
import type { AgentWorld } from './agent-world.ts';
import { attach } from './attach.ts';
import { SessionEnded } from './dial.ts';
import { OtherNodeSubnet } from './join-cluster.ts';
import { NodeRepair } from './node-repair.ts';
import { setUpNode } from './node-setup.ts';
import { EngineWatch } from './observe.ts';
import { Orders } from './orders.ts';

/**
 * The life of an agent: forwards as it last knew, watches its engine, and attaches to its coordinator again and again
 * until the signal is aborted. `onAttached` is called once each session is in working order.
 *
 * Throws what no repeating cures: a final refusal of the coordinator, and what this node cannot do as long as it has
 * never worked.
 */
export const keepAttached = async (
  world: AgentWorld,
  { signal, onAttached }: { signal: AbortSignal; onAttached: () => void },
): Promise<void> => {
  const { engine, logs, ports, endings, names, health, runner, memory, clock, log } = world;
  const setUpAsRemembered = async () => {
    names.seeAll(await engine.list());
    if (memory.network) await setUpNode(world, memory.network);
    await logs.resumeAll();
  };
  const repair = new NodeRepair(world);
  const watch = new EngineWatch({
    engine,
    health,
    names,
    clock,
    log,
    onBegin: (instanceId) => logs.follow(instanceId),
    onEnd: (instanceId) => endings.look(instanceId),
    onServing: (instanceId) => {
      ports.restoreOf(instanceId).catch((error: unknown) => {
        log.warn({ err: error, instanceId }, 'the ports of an instance that was started could not be seen to');
      });
    },
    onEngineBack: async () => {
      await setUpAsRemembered();
      await endings.lookAtAll();
    },
    onMinute: async () => {
      await repair.look();
      await names.look();
    },
  });
  health.listen((instanceId) => void watch.look(instanceId));
  endings.listen((instanceId) => watch.look(instanceId));
  const orders = new Orders({ runner, clock, beforeOutcome: (instanceId) => watch.look(instanceId) });
  await setUpAsRemembered();

  const over = new AbortController();
  const watching = watch.run(AbortSignal.any([signal, over.signal]));
  // After the watch has begun: what ends from here on is seen by it.
  await endings.lookAtAll();
  let everAttached = false;
  let told: string | null = null;
  try {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await attach(
          world,
          { watch, orders },
          {
            signal,
            onAttached: () => {
              attempt = 0;
              told = null;
              everAttached = true;
              log.info({ coordinator: world.coordinator }, 'attached');
              onAttached();
            },
          },
        );
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof OtherNodeSubnet) throw error;
        if (error instanceof SessionEnded ? error.final : !everAttached) throw error;
        // Said once for each cause, not once for each attempt.
        if (messageOf(error) !== told) log.warn(`${messageOf(error)} Trying on.`);
        told = messageOf(error);
      }
      await clock.sleep(backoffMs(Math.max(1, attempt)), signal).catch(() => undefined);
    }
  } finally {
    over.abort();
    await watching;
    await memory.flush();
  }
};
