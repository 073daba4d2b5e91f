import type { PortInUse } from '@restow/shared/domain/node';
import type { PortRange } from '@restow/shared/domain/order';
import type { PublishedPort, ServicePort } from '@restow/shared/domain/service';

/** Ports the coordinator gives where a definition names none: outside the range a kernel draws from for itself. */
export const defaultDynamicPorts: PortRange = { first: 32_000, last: 32_767 };

/** A slot with its place, and the ports it has now. */
export interface PortOwner {
  slotName: string;
  /** Where it will be. */
  nodeId: string;
  /** What leads to its present instance, and on which node; empty where there is none. */
  held: { nodeId: string; ports: readonly PublishedPort[] } | null;
}

/** A slot for which its node has no port of the range left. */
export interface PortsExhausted {
  slotName: string;
  nodeId: string;
}

const keyOf = ({ protocol, port }: Pick<PortInUse, 'protocol' | 'port'>): string => `${protocol} ${port}`;

/** The dynamic ones of a definition's ports. */
export const dynamicPortsOf = (ports: readonly ServicePort[]): ServicePort[] =>
  ports.filter(({ published, hostPort }) => published && hostPort === null);

/**
 * The ports of the node each slot gets, in the order of the owners: fixed ones as they are, dynamic ones as they were
 * where that port is free at the new place too, else the lowest of the range that nobody has there: no other service,
 * no foreign program, and no other slot of this service, also not until its turn to be replaced comes. Pure.
 */
export const givePorts = (
  wanted: readonly ServicePort[],
  owners: readonly PortOwner[],
  portsInUse: (nodeId: string) => readonly PortInUse[],
  range: PortRange,
): { given: PublishedPort[][]; exhausted: PortsExhausted[] } => {
  const taken = new Map<string, Set<string>>();
  const takenOn = (nodeId: string): Set<string> => {
    const known = taken.get(nodeId) ?? new Set(portsInUse(nodeId).map(keyOf));
    taken.set(nodeId, known);
    return known;
  };
  const fixed = wanted.flatMap(({ protocol, hostPort }) =>
    hostPort === null ? [] : [keyOf({ protocol, port: hostPort })],
  );
  for (const { nodeId } of owners) for (const key of fixed) takenOn(nodeId).add(key);

  const isInRange = (port: number) => port >= range.first && port <= range.last;
  // The one of the range: a fixed one may lead to the same port of the container.
  const before = ({ held }: PortOwner, { containerPort, protocol }: ServicePort): number | null =>
    held?.ports.find(
      (port) =>
        port.containerPort === containerPort &&
        port.protocol === protocol &&
        isInRange(port.hostPort) &&
        !fixed.includes(keyOf({ protocol, port: port.hostPort })),
    )?.hostPort ?? null;

  // First everybody who stays and keeps what they have, then all that anybody has now, and then those who come: nobody
  // is given what another one still has, or has again when it goes back.
  const kept: (number | null)[][] = owners.map(() => wanted.map(() => null));
  const keep = (owner: PortOwner, at: number): void => {
    for (const [which, port] of wanted.entries()) {
      const number = port.published && port.hostPort === null ? before(owner, port) : null;
      if (number === null) continue;
      const key = keyOf({ protocol: port.protocol, port: number });
      if (takenOn(owner.nodeId).has(key)) continue;
      takenOn(owner.nodeId).add(key);
      kept[at]![which] = number;
    }
  };
  const stays = ({ nodeId, held }: PortOwner): boolean => held?.nodeId === nodeId;
  for (const [at, owner] of owners.entries()) if (stays(owner)) keep(owner, at);
  for (const { held } of owners)
    for (const { protocol, hostPort } of held?.ports ?? [])
      takenOn(held!.nodeId).add(keyOf({ protocol, port: hostPort }));
  for (const [at, owner] of owners.entries()) if (!stays(owner)) keep(owner, at);

  const exhausted: PortsExhausted[] = [];
  const lowestFree = ({ nodeId, slotName }: PortOwner, { protocol }: ServicePort): number | null => {
    for (let port = range.first; port <= range.last; port++) {
      if (takenOn(nodeId).has(keyOf({ protocol, port }))) continue;
      takenOn(nodeId).add(keyOf({ protocol, port }));
      return port;
    }
    exhausted.push({ slotName, nodeId });
    return null;
  };
  const given = owners.map((owner, at) =>
    wanted.flatMap((port, which): PublishedPort[] => {
      if (!port.published) return [];
      const hostPort = port.hostPort ?? kept[at]![which] ?? lowestFree(owner, port);
      return hostPort === null ? [] : [{ containerPort: port.containerPort, protocol: port.protocol, hostPort }];
    }),
  );
  return { given, exhausted };
};
