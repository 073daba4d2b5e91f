import type { Clock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';
import { Exclusive } from '@restow/shared/base/exclusive';
import type { Node, NodeFacts } from '@restow/shared/domain/node';
import type { Hello } from '@restow/shared/domain/order';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import type { Announcer } from '../ports/announcer.ts';
import type { Store } from '../ports/store.ts';

/** Facts change with every heartbeat; a write that waits for the disk is made this often only. Milliseconds. */
const factsEveryMs = 15_000;

/**
 * What the coordinator knows of its nodes: rows of the store, kept by what agents say. People's own words on a node
 * (tags, availability) are never touched here. Everything is done in the order it was heard.
 */
export class Roster {
  readonly #store: Store;
  readonly #announcer: Announcer;
  readonly #clock: Clock;
  readonly #inOrder = new Exclusive();
  /** The store's rows, by node and instance, since nobody else writes them: what says nothing new costs nothing. */
  #observed: Map<string, Map<string, ObservedInstance>> | null = null;

  constructor({ store, announcer, clock }: { store: Store; announcer: Announcer; clock: Clock }) {
    this.#store = store;
    this.#announcer = announcer;
    this.#clock = clock;
  }

  /**
   * A node says hello: it is in the roster, reachable, its instances exactly those it named. `address` is where its
   * session comes from, its underlay and public address unless it has others. Throws `already-exists` when another
   * node has the name.
   */
  arrived(hello: Hello, address: string): Promise<Node> {
    return this.#inOrder.run(async () => {
      const now = this.#clock.now();
      const node = await this.#store.transaction(async (store) => {
        const before = await store.nodes.get(hello.nodeId);
        await refuseTakenName(store, hello);
        const node: Node = {
          id: hello.nodeId,
          name: hello.nodeName,
          tags: before?.tags ?? [],
          availability: before?.availability ?? 'active',
          unreachableSince: null,
          underlayAddress: hello.underlayAddress ?? address,
          publicAddress: hello.publicAddress ?? address,
          agentVersion: hello.agentVersion,
          engine: hello.engine,
          facts: hello.facts,
          foreignContainers: hello.foreignContainers,
          createdAt: before?.createdAt ?? now,
          lastSeenAt: now,
        };
        await store.nodes.put(node);
        return node;
      });
      await this.#replace(node.id, hello.instances);
      this.#announcer.announce({ kind: 'node', nodeId: node.id });
      return node;
    });
  }

  heartbeat(nodeId: string, said: { facts: NodeFacts; foreignContainers: number }): Promise<void> {
    return this.#inOrder.run(async () => {
      const now = this.#clock.now();
      const before = await this.#store.nodes.get(nodeId);
      const stale = before && now - before.lastSeenAt >= factsEveryMs;
      if (!before || (!stale && before.foreignContainers === said.foreignContainers)) return;
      await this.#change(nodeId, { ...said, lastSeenAt: now });
    });
  }

  /** Containers that changed, or, with `complete`, all there are. */
  observation(
    nodeId: string,
    { instances, complete }: { instances: ObservedInstance[]; complete: boolean },
  ): Promise<void> {
    return this.#inOrder.run(() => (complete ? this.#replace(nodeId, instances) : this.#add(nodeId, instances)));
  }

  /** The node's last session ended. Nothing happens when `isBack` says that it has a new one already. */
  lost(nodeId: string, isBack: () => boolean): Promise<void> {
    return this.#inOrder.run(async () => {
      if (isBack()) return;
      await this.#change(nodeId, { unreachableSince: this.#clock.now() });
      this.#announcer.announce({ kind: 'node', nodeId });
    });
  }

  /** At the coordinator's start: nobody is here before it has said hello. */
  nobodyYet(): Promise<void> {
    return this.#inOrder.run(async () => {
      const now = this.#clock.now();
      for (const { id, unreachableSince } of await this.#store.nodes.list())
        if (unreachableSince === null) await this.#change(id, { unreachableSince: now });
    });
  }

  async #known(nodeId: string): Promise<Map<string, ObservedInstance>> {
    this.#observed ??= new Map(
      [...Map.groupBy(await this.#store.instances.list(), (instance) => instance.nodeId)].map(([id, rows]) => [
        id,
        byInstance(rows),
      ]),
    );
    const known = this.#observed.get(nodeId) ?? new Map<string, ObservedInstance>();
    this.#observed.set(nodeId, known);
    return known;
  }

  /** Reads and writes in one transaction: people change the same row. */
  #change(nodeId: string, change: Partial<Node>): Promise<void> {
    return this.#store.transaction(async (store) => {
      const before = await store.nodes.get(nodeId);
      if (before) await store.nodes.put({ ...before, ...change });
    });
  }

  async #replace(nodeId: string, said: ObservedInstance[]): Promise<void> {
    const before = await this.#known(nodeId);
    const after = byInstance(said.map((instance) => ({ ...instance, nodeId })));
    const changed = [...after.values()].filter((instance) => !same(before.get(instance.instanceId), instance));
    const gone = [...before.values()].filter(({ instanceId }) => !after.has(instanceId));
    if (changed.length === 0 && gone.length === 0) return;
    await this.#store.instances.replaceOfNode(nodeId, [...after.values()]);
    this.#observed!.set(nodeId, after);
    for (const instance of changed) this.#announcer.announce({ kind: 'instance', instance });
    for (const instance of gone)
      if (instance.state !== 'gone')
        this.#announcer.announce({ kind: 'instance', instance: { ...instance, state: 'gone' } });
  }

  async #add(nodeId: string, said: ObservedInstance[]): Promise<void> {
    const known = await this.#known(nodeId);
    const changed = said
      .map((instance) => ({ ...instance, nodeId }))
      .filter((instance) => !same(known.get(instance.instanceId), instance));
    if (changed.length === 0) return;
    await this.#store.transaction(async (store) => {
      for (const instance of changed) await store.instances.put(instance);
    });
    for (const instance of changed) {
      known.set(instance.instanceId, instance);
      this.#announcer.announce({ kind: 'instance', instance });
    }
  }
}

/** The store would refuse it too, but knows nothing of agents. */
const refuseTakenName = async (store: Store, { nodeId, nodeName }: Hello): Promise<void> => {
  const holder = (await store.nodes.list()).find(({ id, name }) => name === nodeName && id !== nodeId);
  if (!holder) return;
  throw new RestowError(
    'already-exists',
    `Another node is named ${nodeName} (id ${holder.id}). Start this agent with another --name; if it is the same machine with its data directory lost, put that id into the file "node-id" of the directory.`,
  );
};

const byInstance = (instances: ObservedInstance[]): Map<string, ObservedInstance> =>
  new Map(instances.map((instance) => [instance.instanceId, instance]));

const same = (one: ObservedInstance | undefined, other: ObservedInstance): boolean =>
  one !== undefined && (Object.keys(other) as (keyof ObservedInstance)[]).every((key) => one[key] === other[key]);
