import type { InstanceRef, InstanceSpec, Order } from '@restow/shared/domain/order';
import { slotName } from '@restow/shared/domain/slot';

/** What a container has of its slot, as far as swaps give and take it. */
export interface PaperInstance {
  instanceId: string;
  slot: string;
  nodeId: string;
  state: 'created' | 'running' | 'stopped';
  /** It has the slot's address when it runs. */
  docked: boolean;
  /** The ports of its node lead to it. */
  ports: boolean;
  /** The engine brings it back. */
  policy: boolean;
}

/**
 * Containers on paper: what each order leaves behind, by the contract of the orders and nothing else. A second running
 * holder of an address breaks the test, whoever asked for it; those on nodes that are away are out of everybody's reach.
 */
export class PaperEngines {
  readonly #instances = new Map<string, PaperInstance>();
  /** Containers that were made and started, `start web-1`: what a repeated order must not do again. */
  readonly happened: string[] = [];
  readonly #away: Pick<ReadonlySet<string>, 'has'>;

  constructor(away: Pick<ReadonlySet<string>, 'has'>) {
    this.#away = away;
  }

  /** Those of a slot, in the order in which they were made. */
  of(slot: string): PaperInstance[] {
    return [...this.#instances.values()].filter((instance) => instance.slot === slot);
  }

  find(instanceId: string): PaperInstance | null {
    return this.#instances.get(instanceId) ?? null;
  }

  carryOut(nodeId: string, order: Order): void {
    switch (order.kind) {
      case 'prepare':
        this.#make(nodeId, order.instance);
        return;
      case 'take':
        this.#take(nodeId, order.instance);
        return;
      case 'open':
        this.#change(order.instance, { docked: false, policy: false });
        return;
      case 'flip':
        this.#hold(this.#known(order.instance), true);
        this.#change(order.instance, { ports: true, policy: true });
        return;
      case 'revive':
        this.#hold(this.#known(order.instance), true);
        this.#change(order.instance, { ports: true, policy: true });
        return;
      case 'drain':
      case 'put-aside': {
        const state = this.find(order.instance.instanceId)?.state === 'created' ? 'created' : 'stopped';
        this.#change(order.instance, { state, ports: false, policy: false });
        return;
      }
      case 'retire':
        this.#instances.delete(order.instance.instanceId);
        return;
    }
  }

  #make(nodeId: string, spec: InstanceSpec): PaperInstance {
    const known = this.find(spec.instanceId);
    if (known) return known;
    const { instanceId, docked } = spec;
    const made: PaperInstance = {
      instanceId,
      slot: nameOf(spec),
      nodeId,
      state: 'created',
      docked,
      ports: false,
      policy: false,
    };
    this.#instances.set(instanceId, made);
    this.happened.push(`create ${made.slot}`);
    return made;
  }

  #take(nodeId: string, spec: InstanceSpec): void {
    const made = this.#make(nodeId, spec);
    // One that runs may have been given the address since.
    this.#hold(made, made.state === 'running' ? made.docked : spec.docked);
  }

  /** It runs, with the address or without. */
  #hold(instance: PaperInstance, docked: boolean): void {
    const held = instance.docked && instance.state === 'running';
    if (instance.state !== 'running') this.happened.push(`start ${instance.slot}`);
    instance.state = 'running';
    instance.docked = docked;
    if (!docked || held) return;
    const other = this.of(instance.slot).find(
      (one) => one !== instance && one.state === 'running' && one.docked && !this.#away.has(one.nodeId),
    );
    if (other) throw new Error(`The address of ${instance.slot} would have two holders.`);
  }

  /** What is not there has nothing to lose. */
  #change({ instanceId }: InstanceRef, change: Partial<PaperInstance>): void {
    const known = this.#instances.get(instanceId);
    if (known) Object.assign(known, change);
  }

  #known(ref: InstanceRef): PaperInstance {
    const known = this.find(ref.instanceId);
    if (!known) throw new Error(`${nameOf(ref)} has no container ${ref.instanceId}.`);
    return known;
  }
}

const nameOf = ({ serviceName, slotIndex }: InstanceRef): string => slotName(serviceName, slotIndex);
