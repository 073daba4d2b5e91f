import { isRestowError, messageOf, RestowError } from '@restow/shared/base/errors';
import {
  type Deployment,
  defaultRedeployOptions,
  hasEnded,
  isAtRest,
  underWay,
} from '@restow/shared/domain/deployment';
import type { Revision } from '@restow/shared/domain/revision';
import type { Service } from '@restow/shared/domain/service';
import { makePlan } from '../planning/make-plan.ts';
import type { World } from '../world.ts';
import { requestRedeploy } from './request-redeploy.ts';
import type { ServiceQueues } from './service-queues.ts';

/** Who asked, in the record of such a deployment. */
export const byItself = 'Restow itself';

/** What happens within so long is one thing: a rack that comes back makes one deployment a service. Milliseconds. */
const calmMs = 1000;

/** After a failure it is tried again, each time after twice as long. Milliseconds. */
const firstPauseMs = 5000;
const longestPauseMs = 60 * 60 * 1000;

interface Pause {
  failures: number;
  until: number;
  /** The last refusal that is in the history already. */
  said: string | null;
}

/**
 * `EVERY_NODE` follows the nodes by itself (STR-04): a node that joins, comes back, gets the tags or is uncordoned is
 * given an instance of what runs on the others, as a scale in the service's turn.
 *
 * - Only services that were started, and what they run now: an edit waits for its redeploy.
 * - A tag that is taken away and a cordon end nothing that runs; that takes a redeploy.
 * - What is under way goes first, and what is paused waits for a person.
 * - A node that flaps makes no storm: an instance that is there is left alone, and after a failure there are growing pauses.
 */
export class NodeFollower {
  readonly #world: World;
  readonly #queues: ServiceQueues;
  readonly #signal: AbortSignal;
  readonly #calmMs: number;
  readonly #pauses = new Map<string, Pause>();
  #looking: Promise<void> | null = null;
  #again = false;

  constructor(world: World, queues: ServiceQueues, signal: AbortSignal, calm = calmMs) {
    this.#world = world;
    this.#queues = queues;
    this.#signal = signal;
    this.#calmMs = calm;
  }

  /** Begins; returns how to stop hearing of deployments. Everything else stops with the signal. */
  follow(): () => void {
    const { announcer } = this.#world;
    return announcer.listen((news) => {
      if (news.kind !== 'deployment' || !isAtRest(news.deployment.state)) return;
      this.#ended(news.deployment);
      this.look();
    });
  }

  /** A node may be there for a service that was not: looks soon. */
  look(): void {
    if (this.#signal.aborted) return;
    this.#again = true;
    this.#looking ??= this.#lookAll().finally(() => {
      this.#looking = null;
      if (this.#again) this.look();
    });
  }

  /** The same for what a person changed: nothing is waited for that a failure before it asked for. */
  lookAnew(): void {
    this.#pauses.clear();
    this.look();
  }

  /** Resolves when it has nothing to look at any more. */
  async idle(): Promise<void> {
    while (this.#looking) await this.#looking;
  }

  async #lookAll(): Promise<void> {
    const { store, clock, log } = this.#world;
    try {
      while (this.#again) {
        await clock.sleep(this.#calmMs, this.#signal);
        this.#again = false;
        for (const service of await store.services.list())
          if (service.definition.strategy === 'EVERY_NODE') await this.#lookAtAlone(service);
      }
    } catch (error) {
      if (!this.#signal.aborted) log.error({ err: error }, 'following the nodes broke');
    }
  }

  /** What is the matter with one service keeps no other from being looked at. */
  async #lookAtAlone(service: Service): Promise<void> {
    try {
      await this.#lookAt(service);
    } catch (error) {
      if (this.#signal.aborted) throw error;
      this.#world.log.error({ err: error, service: service.name }, 'following the nodes broke for a service');
    }
  }

  async #lookAt(service: Service): Promise<void> {
    const { log } = this.#world;
    const pause = this.#pauses.get(service.id);
    if (pause && pause.until > this.#world.clock.now()) return;
    if (!(await this.#lacks(service))) return;
    const refusal = await this.#refusal(service);
    if (refusal === 'nothing') return;
    // Each attempt is a row of the history; that nothing has changed since is not worth another one.
    if (refusal !== null && pause?.said === refusal.message) return this.#wait(service.id, refusal.message);
    try {
      await requestRedeploy(this.#world, this.#queues, {
        service,
        kind: 'scale',
        // What comes first is looked at again when it ends.
        options: { ...defaultRedeployOptions, scaleTo: 'nodes', noQueue: true },
        requestedBy: byItself,
      });
      if (refusal !== null) this.#wait(service.id, refusal.message);
    } catch (error) {
      if (!isRestowError(error)) throw error;
      log.info({ service: service.name, because: error.message }, 'nodes are not followed now');
    }
  }

  /** A node fits and has none, and nobody is at work on the service: by what the store knows, without asking anybody. */
  async #lacks(service: Service): Promise<boolean> {
    const { store, agents } = this.#world;
    const [open] = await store.deployments.list({
      serviceId: service.id,
      states: ['queued', ...underWay, 'paused'],
      limit: 1,
    });
    const slots = await store.slots.ofService(service.id);
    const held = new Set(slots.flatMap(({ desired }) => desired?.nodeId ?? []));
    if (open || held.size === 0) return false;
    const placed = new Set(slots.flatMap(({ desired }) => desired?.revisionId ?? []));
    const running = (await store.revisions.ofService(service.id)).findLast(({ id }) => placed.has(id));
    return (await store.nodes.list()).some(
      (node) =>
        !held.has(node.id) && node.availability === 'active' && agents.isConnected(node.id) && fits(running, node.tags),
    );
  }

  /** Why it cannot be done, `nothing` where there is nothing to do after all, `null` where it can. */
  async #refusal(service: Service): Promise<RestowError | 'nothing' | null> {
    const orderId = `follow/${this.#world.newId()}`;
    const options = { ...defaultRedeployOptions, scaleTo: 'nodes' } as const;
    try {
      const plan = await makePlan(this.#world, service, options, orderId, this.#signal);
      if (!plan.ok) return new RestowError(plan.refusal.code ?? 'unschedulable', plan.refusal.message);
      return plan.value.swaps.length === 0 ? 'nothing' : null;
    } catch (error) {
      if (this.#signal.aborted || !isRestowError(error)) throw error;
      return error;
    }
  }

  #ended({ serviceId, kind, state, options, reason }: Deployment): void {
    if (kind !== 'scale' || options.scaleTo !== 'nodes' || !hasEnded(state)) return;
    if (state === 'succeeded') this.#pauses.delete(serviceId);
    // A refusal began its pause when it was found.
    else if (state !== 'refused') this.#wait(serviceId, reason);
  }

  #wait(serviceId: string, said: string): void {
    const { clock, log } = this.#world;
    const failures = (this.#pauses.get(serviceId)?.failures ?? 0) + 1;
    const pauseMs = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
    this.#pauses.set(serviceId, { failures, until: clock.now() + pauseMs, said });
    clock
      .sleep(pauseMs, this.#signal)
      .then(() => this.look())
      .catch((error) => {
        if (!this.#signal.aborted) log.error({ err: error, because: messageOf(error) }, 'waiting broke');
      });
  }
}

const fits = (running: Revision | undefined, tags: readonly string[]): boolean =>
  running?.definition.tags.every((tag) => tags.includes(tag)) ?? false;
