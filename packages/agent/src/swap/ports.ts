import type { PortInUse } from '@restow/shared/domain/node';
import type { InstanceRef } from '@restow/shared/domain/order';
import type { Protocol, PublishedPort } from '@restow/shared/domain/service';
import type { PortMapping } from '../network/node-network.ts';
import { type SwapDeps, slotOf } from './executor.ts';

type PortKey = { protocol: Protocol; port: number };

const keyOf = ({ protocol, port }: PortKey): string => `${port}/${protocol}`;

/** Who, apart from Restow, holds any of these ports; a container rather than the program that listens for it. */
export const foreignHolders = async (
  { engine, network }: Pick<SwapDeps, 'engine' | 'network'>,
  ports: readonly PortKey[],
): Promise<PortInUse[]> => {
  // An empty question would mean all ports.
  if (ports.length === 0) return [];
  const asked = new Set(ports.map(keyOf));
  const [published, listeners] = await Promise.all([engine.foreignPublishedPorts(), network.listeners([...ports])]);
  const held = [...published, ...listeners].filter((port) => asked.has(keyOf(port)));
  return held.filter((port, index) => held.findIndex((other) => keyOf(other) === keyOf(port)) === index);
};

/** Which slots of ours hold any of these ports, read from the port map and the containers it leads to. */
export const slotHolders = async (
  { engine, network }: Pick<SwapDeps, 'engine' | 'network'>,
  ports: readonly PortKey[],
): Promise<PortInUse[]> => {
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
export const mappingsOf = (ports: readonly PublishedPort[], toAddress: string, overlayAddress: string): PortMapping[] =>
  ports.map(({ protocol, hostPort, containerPort }) => ({
    ...{ protocol, hostPort, toAddress, toPort: containerPort, overlayAddress },
  }));

/**
 * Takes away whatever leads to an instance, also what this order does not name: whoever has an instance ended that
 * nobody wants any more knows its ports no longer. Of one whose container is gone the address is not known; then what
 * leads from its ports to nobody.
 */
export const unmapPorts = async (
  { engine, network }: Pick<SwapDeps, 'engine' | 'network'>,
  { ports }: Pick<InstanceRef, 'ports'>,
  nodeAddress: string | null,
): Promise<void> => {
  if (nodeAddress === null && ports.length === 0) return;
  const mappings = await network.portMap();
  const leading =
    nodeAddress === null
      ? await toNobody(engine, ports, mappings)
      : mappings.filter(({ toAddress }) => toAddress === nodeAddress);
  if (leading.length > 0) await network.unmapPorts(leading);
};

const toNobody = async (
  engine: SwapDeps['engine'],
  ports: readonly PublishedPort[],
  mappings: readonly PortMapping[],
): Promise<PortMapping[]> => {
  const alive = new Set((await engine.list()).map(({ nodeAddress }) => nodeAddress));
  return mappings.filter(
    ({ protocol, hostPort, toAddress }) =>
      ports.some((port) => port.protocol === protocol && port.hostPort === hostPort) && !alive.has(toAddress),
  );
};
