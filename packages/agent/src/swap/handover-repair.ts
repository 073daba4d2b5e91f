import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import type { Handover } from '../network/handover/handovers.ts';
import type { NodeNetwork } from '../network/node-network.ts';

/** What is to be done about a handover that no order is seeing to. */
export type Mending =
  /** It is needed, and stands. */
  | 'nothing'
  /** Nobody needs it any more, or it never came to be needed. */
  | 'close'
  /** The old instance has been given its own end again, or never lost it. */
  | 'redock'
  /** The old one lives by it, and somebody took it away. */
  | 'rebuild';

type Instance = Pick<InspectedInstance, 'state' | 'docked' | 'serving'>;

/**
 * What a handover is to a node with these instances of its slot. `livesHere`: whether the endpoint table has the address
 * on this node. Pure.
 */
export const mendingOf = (handover: Handover, instances: readonly Instance[], livesHere: boolean): Mending => {
  const running = instances.filter(({ state }) => state === 'running');
  switch (handover.kind) {
    case 'here': {
      if (running.some(({ docked }) => !docked)) return handover.leads === null ? 'rebuild' : 'nothing';
      return running.length > 0 ? 'redock' : 'close';
    }
    case 'towards':
      // One that gave way serves no more: this one was begun here since, and what is its is led away.
      if (running.some(({ serving }) => serving)) return 'close';
      // Once it has ended, everybody is still led here until the table says otherwise.
      return running.length > 0 || livesHere ? 'nothing' : 'close';
    case 'receiving':
      // One that serves comes back, and is relayed to then.
      return running.length > 0 || instances.some(({ serving }) => serving) ? 'nothing' : 'close';
  }
};

/**
 * Sees to handovers whose orders never came: the coordinator went on without this node, its engine or the machine was
 * restarted in the middle, or somebody emptied the firewall. One that an order is about is left alone.
 */
export class HandoverRepair {
  readonly #engine: ContainerEngine;
  readonly #network: NodeNetwork;
  readonly #livesHere: (address: string) => boolean;
  readonly #isBusy: (slotId: string) => boolean;
  readonly #between: <Value>(slotId: string, act: () => Promise<Value>) => Promise<Value>;

  constructor(parts: {
    engine: ContainerEngine;
    network: NodeNetwork;
    livesHere: (address: string) => boolean;
    /** An order of that slot runs or waits. */
    isBusy: (slotId: string) => boolean;
    between: <Value>(slotId: string, act: () => Promise<Value>) => Promise<Value>;
  }) {
    this.#engine = parts.engine;
    this.#network = parts.network;
    this.#livesHere = parts.livesHere;
    this.#isBusy = parts.isBusy;
    this.#between = parts.between;
  }

  /** Looks at all of them once. Resolves with what it did, in words for a log. */
  async look(): Promise<string[]> {
    const { handovers } = this.#network;
    const standing = await handovers.list();
    if (standing.length === 0) return [];
    const instances = await this.#engine.list();
    const did: string[] = [];
    for (const { address } of standing) {
      // More than one where an instance is left of a slot that was removed, and had the address before.
      const slotIds = new Set(instances.flatMap((each) => (each.address === address ? each.slotId : [])));
      if ([...slotIds].some((slotId) => this.#isBusy(slotId))) continue;
      const mend = [...slotIds].reduce(
        (act, slotId) => () => this.#between(slotId, act),
        () => this.#mend(address),
      );
      const mended = await mend();
      if (mended) did.push(mended);
    }
    return did;
  }

  /** Looks at one again, in its turn, and does what is to be done. */
  async #mend(address: string): Promise<string | null> {
    const { handovers } = this.#network;
    const handover = (await handovers.list()).find((each) => each.address === address);
    if (!handover) return null;
    const instances = (await this.#engine.list()).filter((each) => each.address === address);
    switch (mendingOf(handover, instances, this.#livesHere(address))) {
      case 'nothing':
        return null;
      case 'close':
        await handovers.close(address);
        return `what a handover of ${address} left here`;
      case 'redock': {
        const { pid } = instances.find(({ state }) => state === 'running')!;
        if (pid !== null) await handovers.redock({ address, pid });
        return `the handover of ${address}, which nobody went on with`;
      }
      case 'rebuild': {
        const running = instances.filter(({ state }) => state === 'running');
        const old = running.find(({ docked }) => !docked)!;
        if (old.pid === null) return null;
        await handovers.openHere({ address, pid: old.pid });
        if (running.some(({ docked, serving }) => docked && serving))
          await handovers.steer({ address, to: 'new', keepOf: old.pid }, []);
        return `the handover of ${address}`;
      }
    }
  }
}
