import { defaultDefinition } from '@restow/shared/domain/service';
import type { DesiredInstance } from '@restow/shared/domain/slot';
import { describe, expect, test } from 'vitest';
import { publicNamesIn } from './public-names.ts';
import { hasFixedPort, type NameRecords, sameNames, type ZoneFacts, type ZoneSettings, zoneOf } from './zone-of.ts';

const settings: ZoneSettings = {
  ...{ domain: 'example.test', namespace: 'main', ttlSeconds: 5 },
  nameServers: [{ name: 'ns1.example.test', addresses: ['192.0.2.53'] }],
};
const web = { id: '7c9e6679-0000-4000-8000-000000000000', name: 'web', stack: null };
const nodes = [1, 2, 3].map((number) => ({
  ...{ id: `node-${number}`, name: `n${number}`, publicAddress: `192.0.2.${number}` },
}));

/** Slot `index` of a service, on the node of the same number unless it is said otherwise. */
const place = (
  index: number,
  { service = web, desired = {} }: { service?: typeof web; desired?: Partial<DesiredInstance> | null } = {},
): ZoneFacts['slots'][number] => ({
  service,
  slot: {
    ...{ id: `slot-${index}`, serviceId: service.id, index, address: `10.7.0.${index}`, removedAt: null },
    desired: desired && {
      ...{ instanceId: `${index}1111111-0000`, revisionId: 'fixed', nodeId: `node-${index}`, deploymentId: 'd' },
      ...{ ports: [], named: true, ...desired },
    },
  },
});

const facts = (changes: Partial<ZoneFacts> = {}): ZoneFacts => {
  const slots = changes.slots ?? [place(1), place(2), place(3)];
  return {
    ...{ slots, nodes, onFixedPorts: new Set(['fixed']), away: new Set<string>(), deploying: new Set<string>() },
    running: new Set(slots.flatMap(({ slot }) => slot.desired?.instanceId ?? [])),
    ...changes,
  };
};
const at = (name: string, changes: Partial<ZoneFacts> = {}): NameRecords | undefined =>
  zoneOf(settings, facts(changes)).get(`${name}.example.test`);
const only = (...a: string[]): NameRecords => ({ a, aaaa: [] });
const none = only();

describe('a slot', () => {
  test('has the address of its node by its own name, and by the name of its instance', () => {
    expect(at('web-2.main.cont')).toEqual(only('192.0.2.2'));
    expect(at('web-2.21111111.cont')).toEqual(only('192.0.2.2'));
    expect(at('web-4.main.cont')).toBeUndefined();
  });

  test('that moved is where it is wanted now, and its earlier instance has no name', () => {
    const slots = [place(1, { desired: { nodeId: 'node-3', instanceId: 'abcdef01-2345' } })];
    expect(at('web-1.main.cont', { slots })).toEqual(only('192.0.2.3'));
    expect(at('web-1.abcdef01.cont', { slots })).toEqual(only('192.0.2.3'));
    expect(at('web-1.11111111.cont', { slots })).toBeUndefined();
  });

  test('keeps its address while nothing of it runs and while its node is away', () => {
    const dark = { running: new Set<string>(), away: new Set(['node-1']) };
    expect(at('web-1.main.cont', dark)).toEqual(only('192.0.2.1'));
  });

  test('is there without an address before names lead to it', () => {
    for (const desired of [null, { named: false }])
      expect(at('web-1.main.cont', { slots: [place(1, { desired })] })).toEqual(none);
    expect(at('web-1.11111111.cont', { slots: [place(1, { desired: { named: false } })] })).toBeUndefined();
  });

  test('of a stack has the stack behind its own label, as Docker Cloud had it', () => {
    const service = { ...web, stack: 'shop' } as unknown as typeof web;
    const slots = [place(1, { service })];
    expect(at('web-1.shop.main.cont', { slots })).toEqual(only('192.0.2.1'));
    expect(at('web-1.shop.11111111.cont', { slots })).toEqual(only('192.0.2.1'));
    expect(at('web.shop.7c9e6679.svc', { slots })).toEqual(only('192.0.2.1'));
    expect(at('web-1.main.cont', { slots })).toBeUndefined();
    // It is not there itself, but something below it is.
    expect(at('shop.main.cont', { slots })).toEqual(none);
  });
});

describe('a service', () => {
  const svc = 'web.7c9e6679.svc';
  const withoutOne = new Set(['11111111-0000', '31111111-0000']);

  test('has an address for each node that runs it, once', () => {
    expect(at(svc)).toEqual(only('192.0.2.1', '192.0.2.2', '192.0.2.3'));
    const slots = [place(1), place(2, { desired: { nodeId: 'node-1' } })];
    expect(at(svc, { slots })).toEqual(only('192.0.2.1'));
  });

  test('without a fixed port has no name', () => {
    expect(at(svc, { onFixedPorts: new Set() })).toBeUndefined();
    expect(at('7c9e6679.svc', { onFixedPorts: new Set() })).toBeUndefined();
    // Only those of its slots count that have one.
    const slots = [place(1), place(2, { desired: { revisionId: 'dynamic' } })];
    expect(at(svc, { slots })).toEqual(only('192.0.2.1'));
  });

  test('loses the address of a node where it stopped, and keeps its name when all have', () => {
    expect(at(svc, { running: withoutOne })).toEqual(only('192.0.2.1', '192.0.2.3'));
    expect(at(svc, { running: new Set() })).toEqual(none);
  });

  test('loses the address of a node that is away, but not the last', () => {
    expect(at(svc, { away: new Set(['node-2']) })).toEqual(only('192.0.2.1', '192.0.2.3'));
    expect(at(svc, { away: new Set(['node-1', 'node-2', 'node-3']) })).toEqual(
      only('192.0.2.1', '192.0.2.2', '192.0.2.3'),
    );
    // What had stopped before its node was lost is not told for that.
    expect(at(svc, { away: new Set(['node-1', 'node-2', 'node-3']), running: withoutOne })).toEqual(
      only('192.0.2.1', '192.0.2.3'),
    );
  });

  test('is never without an address for what a deployment stops', () => {
    const deploying = new Set([web.id]);
    expect(at(svc, { running: withoutOne, deploying })).toEqual(only('192.0.2.1', '192.0.2.3'));
    expect(at(svc, { running: new Set(), deploying })).toEqual(only('192.0.2.1', '192.0.2.2', '192.0.2.3'));
    expect(at(svc, { running: new Set(), deploying: new Set(['another']) })).toEqual(none);
  });

  test('is not told to be where names do not lead yet', () => {
    const slots = [place(1), place(2, { desired: { named: false } })];
    expect(at(svc, { slots })).toEqual(only('192.0.2.1'));
    expect(at(svc, { slots, running: new Set(), deploying: new Set([web.id]) })).toEqual(only('192.0.2.1'));
  });
});

describe('the zone', () => {
  test('has nodes, and name servers where they are its own', () => {
    expect(at('n3.node')).toEqual(only('192.0.2.3'));
    expect(at('ns1')).toEqual(only('192.0.2.53'));
    const elsewhere = { ...settings, nameServers: [{ name: 'ns.example.net', addresses: [] }] };
    expect([...zoneOf(elsewhere, facts()).keys()].filter((name) => name.startsWith('ns'))).toEqual([]);
  });

  test('has what leads to its names, in an empty cluster too', () => {
    const empty = zoneOf(settings, facts({ slots: [], nodes: [] }));
    expect([...empty.keys()].sort()).toEqual([
      ...['cont.example.test', 'example.test', 'main.cont.example.test'],
      ...['node.example.test', 'ns1.example.test', 'svc.example.test'],
    ]);
  });

  test('has IPv6 addresses as such', () => {
    const six = [{ id: 'node-1', name: 'n1', publicAddress: '2001:db8::1' }];
    expect(at('n1.node', { nodes: six })).toEqual({ a: [], aaaa: ['2001:db8::1'] });
    expect(at('web-1.main.cont', { nodes: six })).toEqual({ a: [], aaaa: ['2001:db8::1'] });
  });

  test('is compared by what it says', () => {
    const zone = zoneOf(settings, facts());
    expect(sameNames(zone, zoneOf(settings, facts()))).toBe(true);
    for (const changes of [{ running: new Set<string>() }, { slots: [place(1)] }, { nodes: nodes.slice(1) }])
      expect(sameNames(zone, zoneOf(settings, facts(changes)))).toBe(false);
  });

  test('has no name that is longer than DNS has room for, and tells none', () => {
    const long = { ...web, name: 'a'.repeat(63) };
    const names = publicNamesIn(settings);
    expect(names.slot(long, 1)).toBeNull();
    expect(names.service(long)).toBe(`${long.name}.7c9e6679.svc.example.test`);
    const labels = [...zoneOf(settings, facts({ slots: [place(1, { service: long })] })).keys()].flatMap((name) =>
      name.split('.'),
    );
    expect(Math.max(...labels.map(({ length }) => length))).toBe(63);
  });
});

test('a port of the node that the definition chose is fixed; with host networking all are', () => {
  const port = { containerPort: 80, protocol: 'tcp' as const, published: true };
  const definition = defaultDefinition('app:v1');
  expect(hasFixedPort({ ...definition, ports: [{ ...port, hostPort: 8080 }] })).toBe(true);
  expect(hasFixedPort({ ...definition, ports: [{ ...port, hostPort: null }] })).toBe(false);
  expect(hasFixedPort({ ...definition, ports: [{ ...port, published: false, hostPort: null }] })).toBe(false);
  expect(hasFixedPort({ ...definition, net: 'host', ports: [{ ...port, published: false, hostPort: null }] })).toBe(
    true,
  );
  expect(hasFixedPort({ ...definition, net: 'host' })).toBe(false);
});
