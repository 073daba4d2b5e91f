import type { PortInUse } from '@restow/shared/domain/node';
import type { PublishedPort, ServicePort } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { givePorts, type PortOwner } from './node-ports.ts';

const range = { first: 32_000, last: 32_002 };
const dynamic = (containerPort: number, protocol: 'tcp' | 'udp' = 'tcp'): ServicePort => ({
  containerPort,
  protocol,
  published: true,
  hostPort: null,
});
const fixed = (hostPort: number): ServicePort => ({ ...dynamic(80), hostPort });
const led = (hostPort: number, containerPort = 80): PublishedPort => ({ containerPort, protocol: 'tcp', hostPort });
const held =
  (...ports: number[]) =>
  (): PortInUse[] =>
    ports.map((port) => ({ protocol: 'tcp', port, holder: { kind: 'foreign', pid: 7, program: 'nginx' } }));
const slot = (index: number, nodeId = 'n1', before: PortOwner['held'] = null): PortOwner => ({
  slotName: `web-${index}`,
  nodeId,
  held: before,
});
const numbers = (wanted: ServicePort[], owners: PortOwner[], inUse = held()) =>
  givePorts(wanted, owners, inUse, range).given.map((ports) => ports.map(({ hostPort }) => hostPort));

describe('PRT-03, DC-12: ports of the dynamic range', () => {
  test('the lowest free one, on each node by itself', () =>
    expect(numbers([dynamic(80)], [slot(1), slot(2), slot(3, 'n2')])).toEqual([[32_000], [32_001], [32_000]]));
  test('none that somebody has', () =>
    expect(numbers([dynamic(80)], [slot(1)], held(32_000, 32_001))).toEqual([[32_002]]));
  test('TCP and UDP do not meet', () =>
    expect(numbers([dynamic(53), dynamic(53, 'udp')], [slot(1)])).toEqual([[32_000, 32_000]]));
  test('a fixed port of the same service is not given away', () =>
    expect(numbers([fixed(32_000), dynamic(81)], [slot(1)])).toEqual([[32_000, 32_001]]));
  test('an exposed port gets none', () =>
    expect(numbers([{ ...dynamic(80), published: false }], [slot(1)])).toEqual([[]]));

  test('a slot keeps what it has', () =>
    expect(numbers([dynamic(80)], [slot(1, 'n1', { nodeId: 'n1', ports: [led(32_002)] })])).toEqual([[32_002]]));
  test('on another node too, where it is free there', () => {
    const moving = slot(1, 'n2', { nodeId: 'n1', ports: [led(32_002)] });
    expect(numbers([dynamic(80)], [moving])).toEqual([[32_002]]);
    expect(numbers([dynamic(80)], [moving], held(32_002))).toEqual([[32_000]]);
  });
  test('what one slot has is given to no other before it lets go', () => {
    const stays = slot(2, 'n1', { nodeId: 'n1', ports: [led(32_000)] });
    const leaves = slot(3, 'n2', { nodeId: 'n1', ports: [led(32_001)] });
    expect(numbers([dynamic(80)], [slot(1), stays, leaves])).toEqual([[32_002], [32_000], [32_001]]);
  });
  test('nor to one that comes with the same number from another node: who stays keeps it', () => {
    const comes = slot(1, 'n1', { nodeId: 'n2', ports: [led(32_000)] });
    const stays = slot(2, 'n1', { nodeId: 'n1', ports: [led(32_000)] });
    expect(numbers([dynamic(80)], [comes, stays])).toEqual([[32_001], [32_000]]);
    const leaves = slot(2, 'n3', { nodeId: 'n1', ports: [led(32_000)] });
    expect(numbers([dynamic(80)], [comes, leaves])).toEqual([[32_001], [32_000]]);
  });
  test('another port of the container is another port', () =>
    expect(numbers([dynamic(81)], [slot(1, 'n1', { nodeId: 'n1', ports: [led(32_000, 80)] })])).toEqual([[32_001]]));
  test('a slot keeps it beside a fixed one to the same port of the container, in whatever order they were given', () => {
    for (const ports of [
      [led(8080), led(32_001)],
      [led(32_001), led(8080)],
    ])
      expect(numbers([fixed(8080), dynamic(80)], [slot(1, 'n1', { nodeId: 'n1', ports })])).toEqual([[8080, 32_001]]);
    const both = slot(1, 'n1', { nodeId: 'n1', ports: [led(32_000), led(32_001)] });
    expect(numbers([fixed(32_000), dynamic(80)], [both])).toEqual([[32_000, 32_001]]);
  });
  test('one that was fixed and is dynamic now stays only within the range', () =>
    expect(numbers([dynamic(80)], [slot(1, 'n1', { nodeId: 'n1', ports: [led(8080)] })])).toEqual([[32_000]]));

  test('when none is left, the slot is named', () =>
    expect(givePorts([dynamic(80)], [slot(1), slot(2)], held(32_000, 32_002), range).exhausted).toEqual([
      { slotName: 'web-2', nodeId: 'n1' },
    ]));
});
