import { openLog } from '@restow/shared/base/log';
import { type Deployment, type DeploymentState, defaultRedeployOptions } from '@restow/shared/domain/deployment';
import type { Hello } from '@restow/shared/domain/order';
import { defaultDefinition } from '@restow/shared/domain/service';
import type { DesiredInstance, InstanceState, ObservedInstance } from '@restow/shared/domain/slot';
import { afterEach, expect, test, vi } from 'vitest';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';
import { aNode, anImage } from '../../../../test/lib/views.ts';
import { localAnnouncer } from '../adapters/local-announcer.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { Endpoints } from '../nodes/endpoints.ts';
import { Roster } from '../nodes/roster.ts';
import type { Store } from '../ports/store.ts';
import { LiveZone } from './live-zone.ts';

const settings = {
  ...{ domain: 'example.test', namespace: 'main', ttlSeconds: 5 },
  nameServers: [{ name: 'ns.example.net', addresses: [] }],
};
const nodeIds = ['11111111-0000-4000-8000-000000000000', '22222222-0000-4000-8000-000000000000'] as const;
const serviceId = '7c9e6679-0000-4000-8000-000000000000';
const slotId = 'aaaaaaaa-0000-4000-8000-000000000000';
const slotName = 'web-1.main.cont.example.test';
const svc = 'web.7c9e6679.svc.example.test';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** What of a coordinator the zone hears of, on a store in memory and a clock turned by hand. */
const start = async (given: { store?: Store; clock?: ManualClock } = {}) => {
  const { store = openMemoryStore(), clock = new ManualClock() } = given;
  const announcer = localAnnouncer();
  const roster = new Roster({ store, announcer, clock });
  const endpoints = new Endpoints({ store, clock, announcer });
  await roster.nobodyYet();
  const zone = new LiveZone({ store, announcer, clock, log: openLog('test', 'silent'), settings });
  await zone.open();
  cleanups.push(() => zone.close());
  const { slots: _, publicDns: __, ...any } = aNode();
  const arrive = (at: number) => {
    const { engine, facts } = any;
    const name = `n${at + 1}`;
    const hello = { nodeId: nodeIds[at]!, nodeName: name, agentVersion: '0', engine, facts, foreignContainers: 0 };
    return roster.arrived({ ...hello, instances: [] } as unknown as Hello, `192.0.2.${at + 1}`);
  };
  const desire = async (desired: Partial<DesiredInstance>) => {
    const whole = { instanceId: 'cccccccc-1', revisionId: 'fixed', nodeId: nodeIds[0], deploymentId: 'd', ports: [] };
    await store.slots.setDesired(slotId, { ...whole, named: true, ...desired });
    await endpoints.announce();
  };
  const see = (at: number, instanceId: string, state: InstanceState) => {
    const instance: ObservedInstance = {
      ...{ instanceId, state, nodeId: nodeIds[at]!, serviceId, slotId, revisionId: 'fixed', deploymentId: 'd' },
      ...{ containerId: instanceId, containerName: instanceId, health: 'none', exitCode: null, startedAt: 1 },
      finishedAt: null,
    };
    return roster.observation(nodeIds[at]!, { instances: [instance], complete: false });
  };
  const deploy = (state: DeploymentState) => {
    announcer.announce({ kind: 'deployment', deployment: { ...deployment, number: 1, state } });
  };
  const addresses = (name: string) => zone.current.names.get(name)?.a;
  /** A quarter of a second goes by, in which everything that was heard is looked at. */
  const settled = async () => {
    for (let look = 0; look < 10; look++) await clock.advance(25);
  };
  return { ...{ store, clock, announcer, roster, zone, arrive, desire, see, deploy, addresses, settled } };
};

const deployment: Omit<Deployment, 'number'> = {
  ...{ id: 'd', kind: 'redeploy', serviceId, serviceName: 'web', revisionId: 'fixed', state: 'succeeded', reason: '' },
  ...{ code: null, requestedBy: 'test', options: defaultRedeployOptions, plan: null },
  ...{ requestedAt: 1, startedAt: null, endedAt: null },
};

/** `web` with one slot, defined and never deployed; its revision `fixed` has a fixed port. */
const define = async (store: Store): Promise<void> => {
  const port = { containerPort: 80, protocol: 'tcp' as const, published: true, hostPort: 8080 };
  const definition = { ...defaultDefinition('app:v1'), ports: [port] };
  const times = { createdAt: 1, updatedAt: 1, removedAt: null };
  await store.services.add({ id: serviceId, name: 'web', stack: null, definition, version: 1, ...times });
  await store.revisions.add({
    id: 'fixed',
    serviceId,
    number: 1,
    definition,
    definitionVersion: 1,
    image: anImage(),
    createdAt: 1,
  });
  await store.deployments.add(deployment);
  await store.slots.add({ id: slotId, serviceId, index: 1, address: '10.7.0.1', desired: null, removedAt: null });
};

const running = async () => {
  const world = await start();
  await define(world.store);
  await world.arrive(0);
  await world.arrive(1);
  await world.see(0, 'cccccccc-1', 'running');
  await world.desire({});
  await world.settled();
  return world;
};

test('a node has its name as soon as it came', async () => {
  const { arrive, zone, addresses, settled } = await start();
  expect(addresses('n1.node.example.test')).toBeUndefined();
  await arrive(0);
  await settled();
  expect(addresses('n1.node.example.test')).toEqual(['192.0.2.1']);
  expect(zone.current.serial).toBe(2);
});

test('a slot that moves is told at its new node from the announcement on', async () => {
  const { desire, see, addresses, settled } = await running();
  expect(addresses(slotName)).toEqual(['192.0.2.1']);
  expect(addresses('web-1.cccccccc.cont.example.test')).toEqual(['192.0.2.1']);
  expect(addresses(svc)).toEqual(['192.0.2.1']);
  await see(1, 'dddddddd-2', 'running');
  await settled();
  expect(addresses(slotName)).toEqual(['192.0.2.1']);
  await desire({ nodeId: nodeIds[1], instanceId: 'dddddddd-2' });
  await settled();
  expect(addresses(slotName)).toEqual(['192.0.2.2']);
  expect(addresses('web-1.dddddddd.cont.example.test')).toEqual(['192.0.2.2']);
  expect(addresses('web-1.cccccccc.cont.example.test')).toBeUndefined();
  expect(addresses(svc)).toEqual(['192.0.2.2']);
});

test('a service is told where it runs, and where it is about to during a deployment', async () => {
  const { see, deploy, addresses, settled } = await running();
  await see(0, 'cccccccc-1', 'stopped');
  await settled();
  expect(addresses(svc)).toEqual([]);
  expect(addresses(slotName)).toEqual(['192.0.2.1']);
  deploy('rolling');
  await settled();
  expect(addresses(svc)).toEqual(['192.0.2.1']);
  deploy('succeeded');
  await settled();
  expect(addresses(svc)).toEqual([]);
  await see(0, 'cccccccc-1', 'running');
  await settled();
  expect(addresses(svc)).toEqual(['192.0.2.1']);
});

test('a node that is lost has ten seconds to come back before its services are told to be elsewhere', async () => {
  const { store, roster, clock, see, arrive, addresses, desire, settled } = await running();
  const other = 'bbbbbbbb-0000-4000-8000-000000000000';
  await store.slots.add({ id: other, serviceId, index: 2, address: '10.7.0.2', desired: null, removedAt: null });
  await store.slots.setDesired(other, {
    ...{ instanceId: 'eeeeeeee-3', revisionId: 'fixed', nodeId: nodeIds[1], deploymentId: 'd', ports: [], named: true },
  });
  await see(1, 'eeeeeeee-3', 'running');
  await desire({});
  await settled();
  expect(addresses(svc)).toEqual(['192.0.2.1', '192.0.2.2']);
  await roster.lost(nodeIds[1], () => false);
  await settled();
  await clock.advance(9_500);
  expect(addresses(svc)).toEqual(['192.0.2.1', '192.0.2.2']);
  await clock.advance(250);
  await settled();
  expect(addresses(svc)).toEqual(['192.0.2.1']);
  expect(addresses('n2.node.example.test')).toEqual(['192.0.2.2']);
  expect(addresses('web-2.main.cont.example.test')).toEqual(['192.0.2.2']);
  await arrive(1);
  await see(1, 'eeeeeeee-3', 'running');
  await settled();
  expect(addresses(svc)).toEqual(['192.0.2.1', '192.0.2.2']);
});

test('the serial grows with what is told, not with what is heard, and through a restart', async () => {
  const { store, clock, zone, see, deploy, settled } = await running();
  const { serial } = zone.current;
  deploy('queued');
  await see(0, 'ffffffff-9', 'running');
  await settled();
  expect(zone.current.serial).toBe(serial);
  await see(0, 'cccccccc-1', 'stopped');
  deploy('succeeded');
  await settled();
  expect(zone.current.serial).toBeGreaterThan(serial);
  await zone.close();
  const next = await start({ store, clock });
  expect(next.zone.current.serial).toBeGreaterThan(zone.current.serial);
  expect([...next.zone.current.names]).toEqual([...zone.current.names]);
});

test('after a restart what ran is told before its nodes are back', async () => {
  const { store, clock, zone } = await running();
  await zone.close();
  await clock.advance(3_600_000);
  const next = await start({ store, clock });
  expect(next.addresses(svc)).toEqual(['192.0.2.1']);
});

test('where the store cannot be read the zone stays as it was, and is renewed when it can', async () => {
  const { store, see, addresses, clock, settled } = await running();
  const list = vi.spyOn(store.slots, 'list').mockRejectedValueOnce(new Error('the disk is full'));
  await see(0, 'cccccccc-1', 'stopped');
  await settled();
  expect(list).toHaveBeenCalled();
  expect(addresses(svc)).toEqual(['192.0.2.1']);
  await clock.advance(1_000);
  await settled();
  expect(addresses(svc)).toEqual([]);
});

test('news that comes in the very turn in which nothing was left to look at is looked at too', async () => {
  for (let turns = 0; turns < 8; turns++) {
    const { store, announcer, clock, arrive, addresses, settled } = await start();
    await define(store);
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (...given) => {
      await sleep(...given);
      clock.sleep = sleep;
      await store.slots.setDesired(slotId, {
        ...{
          instanceId: 'cccccccc-1',
          revisionId: 'fixed',
          nodeId: nodeIds[0],
          deploymentId: 'd',
          ports: [],
          named: true,
        },
      });
      void (async () => {
        for (let turn = 0; turn < turns; turn++) await null;
        announcer.announce({ kind: 'places' });
      })();
    };
    await arrive(0);
    await settled();
    await settled();
    await settled();
    expect([turns, addresses(slotName)]).toEqual([turns, ['192.0.2.1']]);
  }
});
