import type { InstanceRef, InstanceSpec, Order } from '@restow/shared/domain/order';
import { slotReference } from '@restow/shared/domain/slot';

/** What a container has of its slot, as far as swaps give and take it. */
export interface PaperInstance {
  instanceId: string;
  slot: string;
  nodeId: string;
  state: 'created' | 'running' | 'stopped';
  /** The engine gives it the slot's address when it runs. */
  docked: boolean;
  /** It serves on through a temporary end. */
  undocked: boolean;
  /** The ports of its node lead to it. */
  ports: boolean;
  /** The engine brings it back. */
  policy: boolean;
}

/** What a handover of a slot's address has on one node. */
export interface PaperHandover {
  slot: string;
  nodeId: string;
  /** `here`: both instances are on it. `away`: it relays to another node. `arriving`: another one relays to it. */
  kind: 'here' | 'away' | 'arriving';
  /** New connections are the new instance's. */
  flipped: boolean;
}

/**
 * Containers on paper: what each order leaves behind, by the contract of the orders and nothing else. What no agent could
 * do, such as giving an address a second holder that no handover is about, or closing a handover that still carries
 * connections, breaks the test, whoever asked for it; those on nodes that are away are out of everybody's reach.
 */
export class PaperEngines {
  readonly #instances = new Map<string, PaperInstance>();
  readonly #handovers = new Map<string, PaperHandover>();
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

  /** What is left of handovers, on any node. */
  handovers(): PaperHandover[] {
    return [...this.#handovers.values()];
  }

  find(instanceId: string): PaperInstance | null {
    return this.#instances.get(instanceId) ?? null;
  }

  /** It ended by itself. */
  crash(instanceId: string): void {
    const known = this.find(instanceId);
    if (known) Object.assign(known, { state: 'stopped', undocked: false });
  }

  carryOut(nodeId: string, order: Order): void {
    switch (order.kind) {
      case 'prepare':
        this.#make(nodeId, order.instance);
        return;
      case 'open':
        this.#open(nodeId, order.instance, order.towards !== null);
        return;
      case 'take':
        this.#take(nodeId, order.instance, order.relayed);
        return;
      case 'flip':
        if (order.towards) this.#flipAway(nodeId, order.instance);
        else this.#flip(nodeId, order.instance);
        return;
      case 'settle': {
        const known = this.#known(order.instance);
        if (known.state !== 'running' || !known.docked) throw new Error(`${known.slot} does not have its address.`);
        return;
      }
      case 'close':
        this.#close(nodeId, nameOf(order.instance));
        return;
      case 'revive':
        this.#handovers.delete(keyOf(nameOf(order.instance), nodeId));
        this.#hold(this.#known(order.instance), false);
        this.#change(order.instance, { ports: true, policy: true, undocked: false });
        return;
      case 'drain':
      case 'put-aside': {
        const key = keyOf(nameOf(order.instance), nodeId);
        // Nobody has to relay to what was put aside.
        if (order.kind === 'put-aside' && this.#handovers.get(key)?.kind === 'arriving') this.#handovers.delete(key);
        const state = this.find(order.instance.instanceId)?.state === 'created' ? 'created' : 'stopped';
        this.#change(order.instance, { state, ports: false, policy: false, undocked: false });
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
    const { instanceId } = spec;
    const made: PaperInstance = {
      ...{ instanceId, slot: nameOf(spec), nodeId, state: 'created' },
      ...{ docked: true, undocked: false, ports: false, policy: false },
    };
    this.#instances.set(instanceId, made);
    this.happened.push(`create ${made.slot}`);
    return made;
  }

  #open(nodeId: string, ref: InstanceRef, isAway: boolean): void {
    const slot = nameOf(ref);
    const kind = isAway ? 'away' : 'here';
    const others = this.of(slot).filter((one) => one.instanceId !== ref.instanceId && one.nodeId === nodeId);
    for (const other of others) other.ports = false;
    this.#handovers.set(keyOf(slot, nodeId), { slot, nodeId, kind, flipped: false });
    const lives = this.find(ref.instanceId)?.state === 'running';
    this.#change(ref, {
      ...{ policy: false, ports: lives },
      ...(isAway ? {} : { docked: false, undocked: lives }),
    });
  }

  #take(nodeId: string, spec: InstanceSpec, relayed: boolean): void {
    const slot = nameOf(spec);
    const made = this.#make(nodeId, spec);
    if (relayed) {
      const from = this.handovers().find((one) => one.slot === slot && one.kind === 'away');
      if (!from) throw new Error(`Nobody relays to ${slot}.`);
      this.#handovers.set(keyOf(slot, nodeId), { slot, nodeId, kind: 'arriving', flipped: false });
    }
    this.#hold(made, relayed);
  }

  #flip(nodeId: string, ref: InstanceRef): void {
    const known = this.#known(ref);
    if (known.state !== 'running') throw new Error(`${known.slot} does not run.`);
    const handover = this.#handovers.get(keyOf(known.slot, nodeId));
    if (handover) handover.flipped = true;
    for (const one of this.of(known.slot)) if (one.nodeId === nodeId) one.ports = false;
    this.#change(ref, { ports: true, policy: true });
  }

  #flipAway(nodeId: string, ref: InstanceRef): void {
    const handover = this.#handovers.get(keyOf(nameOf(ref), nodeId));
    if (handover?.kind !== 'away') throw new Error(`${nameOf(ref)} is not being handed over to another node.`);
    handover.flipped = true;
    this.#change(ref, { ports: false });
  }

  #close(nodeId: string, slot: string): void {
    if (this.of(slot).some((one) => one.nodeId === nodeId && one.undocked))
      throw new Error(`The old instance of ${slot} still serves by what is to be closed.`);
    const handover = this.#handovers.get(keyOf(slot, nodeId));
    if (handover?.kind === 'away' && this.of(slot).some((one) => one.nodeId === nodeId && one.state === 'running'))
      throw new Error(`The old instance of ${slot} still has connections of its own.`);
    const isRelayedTo = this.handovers().some((one) => one.slot === slot && one.kind === 'away' && one.flipped);
    if (handover?.kind === 'arriving' && isRelayedTo)
      throw new Error(`${slot} is still relayed to what is to be closed.`);
    this.#handovers.delete(keyOf(slot, nodeId));
  }

  /** It runs, with the address; `relayed`: while another node's has it too. */
  #hold(instance: PaperInstance, relayed: boolean): void {
    if (instance.state !== 'running') this.happened.push(`start ${instance.slot}`);
    instance.state = 'running';
    instance.docked = true;
    const others = this.of(instance.slot).filter(
      (one) => one !== instance && one.state === 'running' && one.docked && !this.#away.has(one.nodeId),
    );
    if (others.some((other) => !relayed || other.nodeId === instance.nodeId))
      throw new Error(`The address of ${instance.slot} would have two holders.`);
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

const nameOf = ({ serviceName, stack, slotIndex }: InstanceRef): string =>
  slotReference({ name: serviceName, stack }, slotIndex);

const keyOf = (slot: string, nodeId: string): string => `${slot} ${nodeId}`;
