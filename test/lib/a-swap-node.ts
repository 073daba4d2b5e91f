import type { ContainerEngine } from '@restow/agent/engine/container-engine';
import type { AgentsCheck } from '@restow/agent/health/checks';
import type { HealthProbe, Probed } from '@restow/agent/health/health-probe';
import type { LogShipper } from '@restow/agent/logs/log-shipper';
import type { NodeNetwork } from '@restow/agent/network/node-network';
import type { OrderOf, SwapDeps } from '@restow/agent/swap/executor';
import { NodeAddresses } from '@restow/agent/swap/node-address';
import { PublishedPorts } from '@restow/agent/swap/published-ports';
import { Retirements } from '@restow/agent/swap/retirements';
import { runOrder } from '@restow/agent/swap/run-order';
import { type Clock, systemClock } from '@restow/shared/base/clock';
import type { OrderKind, OrderProgress, Outcome, OutcomeByKind } from '@restow/shared/domain/order';
import { FakeEngine } from './fake-engine.ts';
import { FakeNetwork } from './fake-network.ts';

/** A shipper that ships when told to: by default all is shipped as soon as it is written. */
export class FakeShipper implements LogShipper {
  readonly followed: string[] = [];
  readonly #held = new Map<string, PromiseWithResolvers<void>>();

  follow(instanceId: string): void {
    this.followed.push(instanceId);
  }

  /** The last lines of that instance do not get through until `shipped`. */
  hold(instanceId: string): void {
    this.#held.set(instanceId, Promise.withResolvers());
  }

  shipped(instanceId: string): void {
    this.#held.get(instanceId)?.resolve();
  }

  whenShipped(instanceId: string, signal: AbortSignal): Promise<void> {
    const held = this.#held.get(instanceId);
    if (!held) return Promise.resolve();
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      held.promise.then(resolve);
    });
  }
}

/** A probe that answers what the test says: nothing listens, until it does. */
export class FakeProbe implements HealthProbe {
  answer: Probed = { ok: false, because: 'nothing listens' };
  readonly asked: string[] = [];
  readonly timeouts: number[] = [];

  async look(check: AgentsCheck, address: string, timeoutMs: number): Promise<Probed> {
    this.timeouts.push(timeoutMs);
    const target = `${address}:${check.port}`;
    this.asked.push(check.kind === 'tcp' ? target : `http://${target}${check.path}`);
    return this.answer;
  }
}

export const overlaySubnet = '10.7.0.0/16';
export const nodeSubnet = '10.201.0.0/24';

/** A node that carries orders out. */
export interface SwapNode<Engine, Network> {
  deps: SwapDeps;
  engine: Engine;
  network: Network;
  shipper: FakeShipper;
  trouble: string[];
  /** Instances whose health was handed over to be looked at further. */
  passed: string[];
  progress: OrderProgress[];
  give<Kind extends OrderKind>(order: OrderOf<Kind>, signal?: AbortSignal): Promise<Outcome<Kind>>;
  /** Gives an order that has to work. */
  order<Kind extends OrderKind>(order: OrderOf<Kind>): Promise<OutcomeByKind[Kind]>;
}

/** What an agent carries orders out with, on the given engine and network. */
export const swapDeps = <Engine extends ContainerEngine, Network extends NodeNetwork>(parts: {
  engine: Engine;
  network: Network;
  clock?: Clock;
  probe?: HealthProbe;
}): SwapNode<Engine, Network> => {
  const { engine, network, clock = systemClock } = parts;
  const shipper = new FakeShipper();
  const probe = parts.probe ?? new FakeProbe();
  const passed: string[] = [];
  const health = { passed: ({ instanceId }: { instanceId: string }) => void passed.push(instanceId) };
  const trouble: string[] = [];
  const retirements = new Retirements({ engine, logs: shipper, clock }, (message) => trouble.push(message));
  const deps: SwapDeps = {
    ...{ engine, network, logs: shipper, clock, nodeId: 'n1', probe, health, retirements },
    settings: { overlaySubnet, nodeSubnet },
    addresses: new NodeAddresses({ engine, network, nodeSubnet }),
    ports: new PublishedPorts({ engine, network }),
  };
  const progress: OrderProgress[] = [];
  const never = new AbortController().signal;
  const give = <Kind extends OrderKind>(order: OrderOf<Kind>, signal = never): Promise<Outcome<Kind>> =>
    runOrder<Kind>(order, deps, { signal, onProgress: (news) => progress.push(news) });
  const order = async <Kind extends OrderKind>(what: OrderOf<Kind>): Promise<OutcomeByKind[Kind]> => {
    const outcome = await give<Kind>(what);
    if (!outcome.ok) throw new Error(`${what.kind}: ${outcome.failure.code}: ${outcome.failure.message}`);
    return outcome.value;
  };
  return { deps, engine, network, shipper, trouble, passed, progress, give, order };
};

/** A node of which nothing is real but the swap. */
export const aSwapNode = async (
  clock: Clock = systemClock,
): Promise<SwapNode<FakeEngine, FakeNetwork> & { probe: FakeProbe }> => {
  const network = new FakeNetwork();
  await network.ensure({
    ...{ subnet: overlaySubnet, gateway: '10.7.255.254', vxlanId: 77, underlay: '192.0.2.1', nodeId: 'n1' },
  });
  const engine = new FakeEngine({ nodeId: 'n1', clock });
  const probe = new FakeProbe();
  return { ...swapDeps({ engine, network, clock, probe }), probe };
};
