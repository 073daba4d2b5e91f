import type { PortInUse } from '@restow/shared/domain/node';
import type { Protocol, PublishedPort } from '@restow/shared/domain/service';
import { slotOf } from '@restow/shared/domain/slot';
import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import type { NodeNetwork, PortMapping } from '../network/node-network.ts';

type PortKey = { protocol: Protocol; port: number };

/** Who is asked. */
interface Node {
  engine: ContainerEngine;
  network: NodeNetwork;
}

const keyOf = ({ protocol, port }: PortKey): string => `${port}/${protocol}`;

/** Who, apart from Restow, holds any of these ports; a container rather than the program that listens for it. */
export const foreignHolders = async ({ engine, network }: Node, ports: readonly PortKey[]): Promise<PortInUse[]> => {
  // An empty question would mean all ports.
  if (ports.length === 0) return [];
  const asked = new Set(ports.map(keyOf));
  const [published, listeners] = await Promise.all([engine.foreignPublishedPorts(), network.listeners([...ports])]);
  const held = [...published, ...listeners].filter((port) => asked.has(keyOf(port)));
  return held.filter((port, index) => held.findIndex((other) => keyOf(other) === keyOf(port)) === index);
};

/** Which slots of ours hold any of these ports, read from the port map and the containers it leads to. */
export const slotHolders = async ({ engine, network }: Node, ports: readonly PortKey[]): Promise<PortInUse[]> => {
  if (ports.length === 0) return [];
  const asked = new Set(ports.map(keyOf));
  const [mappings, instances] = await Promise.all([network.portMap(), engine.list()]);
  return mappings
    .map(({ protocol, hostPort, toAddress }) => ({ protocol, port: hostPort, toAddress }))
    .filter((mapping) => asked.has(keyOf(mapping)))
    .flatMap(({ protocol, port, toAddress }): PortInUse[] => {
      const holder = instances.find(({ nodeAddress }) => nodeAddress === toAddress);
      return holder
        ? [{ protocol, port, holder: { kind: 'slot', slotId: holder.slotId, slotName: slotOf(holder) } }]
        : [];
    });
};

/** A sentence on who holds a port, for a refusal. */
export const describeHolder = ({ protocol, port, holder }: PortInUse): string => {
  switch (holder.kind) {
    case 'slot':
      return `port ${port}/${protocol} is held by ${holder.slotName}`;
    case 'container':
      return `port ${port}/${protocol} is published by container ${holder.containerName}, which is not Restow's`;
    case 'foreign':
      return `port ${port}/${protocol} is held by ${holder.program}${holder.pid === null ? '' : ` (pid ${holder.pid})`}`;
  }
};

/** Where an instance's ports lead: `toAddress` is its address on the node network, `overlayAddress` its slot's. */
export const mappingsOf = (
  ports: readonly PublishedPort[],
  toAddress: string,
  overlayAddress: string | null,
): PortMapping[] =>
  ports.map(({ protocol, hostPort, containerPort }) => ({
    ...{ protocol, hostPort, toAddress, toPort: containerPort, overlayAddress },
  }));

/** It has its slot's ports, whether it runs now or is about to be started again. */
export const serves = ({ serving, nodeAddress }: Pick<InspectedInstance, 'serving' | 'nodeAddress'>) =>
  serving && nodeAddress !== null;

/** Whether it is one of these ports. */
export const hasPort = (
  ports: readonly Pick<PublishedPort, 'protocol' | 'hostPort'>[],
  { protocol, hostPort }: Pick<PortMapping, 'protocol' | 'hostPort'>,
): boolean => ports.some((port) => port.protocol === protocol && port.hostPort === hostPort);

const keyOfMapping = ({ protocol, hostPort }: PortMapping): string => `${hostPort}/${protocol}`;

/**
 * The whole port map, as the instances of this node ask for: each that serves has its ports, and one that runs without
 * serving (a swap is under way) keeps those that lead to it, unless one that serves asks for them; so does one whose
 * ports are not written down. Of two that serve and ask for the same port, which no order makes, the one that was started
 * last has it. Pure.
 */
export const portsToBe = (instances: readonly InspectedInstance[], present: readonly PortMapping[]): PortMapping[] => {
  const kept = present.filter((mapping) =>
    instances.some(
      (each) =>
        each.nodeAddress === mapping.toAddress &&
        (each.ports === null
          ? each.state === 'running' || serves(each)
          : each.state === 'running' && !serves(each) && hasPort(each.ports, mapping)),
    ),
  );
  const asked = instances
    .filter(serves)
    .toSorted((one, other) => (one.startedAt ?? 0) - (other.startedAt ?? 0))
    .flatMap(({ ports, nodeAddress, docked, address }) =>
      mappingsOf(ports ?? [], nodeAddress!, docked ? address : null),
    );
  return [...new Map([...kept, ...asked].map((mapping) => [keyOfMapping(mapping), mapping])).values()];
};
