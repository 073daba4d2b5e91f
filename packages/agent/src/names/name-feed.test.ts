import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@restow/shared/base/clock';
import { openLog } from '@restow/shared/base/log';
import type { EndpointTable } from '@restow/shared/domain/order';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NameFeed } from './name-feed.ts';
import { endpointsFileName, readEndpointsFile, readNodeFile } from './name-files.ts';

let dir: string;
let feed: NameFeed;

const open = () =>
  new NameFeed({ dir, nodeId: 'n1', nodeSubnet: '172.30.0.0/24', clock: systemClock, log: openLog('test', 'silent') });

const table = (version: number): EndpointTable => ({
  version,
  endpoints: [
    {
      ...{ slotId: 'slot', slotName: 'web-1', slotIndex: 1, serviceId: 's', serviceName: 'web', stack: 'shop' },
      ...{ named: true, everyNode: false, address: '10.7.0.1', nodeId: 'n1', underlay: '192.0.2.1' },
    },
  ],
});

const instance = (instanceId: string, nodeAddress: string | null) => ({
  ...{ instanceId, nodeAddress, serviceId: 's', stack: 'shop' },
  links: [{ alias: 'backend', serviceId: 'b', serviceName: 'api' }],
});

const askersIn = () => readNodeFile(dir)?.askers.map(({ nodeAddress }) => nodeAddress);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'restow-feed-'));
  feed = open();
});

afterEach(async () => {
  await feed.close();
  await rm(dir, { recursive: true, force: true });
});

test('nothing is said before the node stands; then all that was seen until then', async () => {
  feed.see(instance('one', '172.30.0.2'));
  expect(await readdir(dir)).toEqual([]);
  feed.use({ overlaySubnet: '10.7.0.0/16', endpoints: table(3) });
  await vi.waitFor(() => expect(askersIn()).toEqual(['172.30.0.2']));
  expect(readNodeFile(dir)).toMatchObject({
    ...{ nodeId: 'n1', address: '172.30.0.1', subnet: '172.30.0.0/24', overlaySubnet: '10.7.0.0/16' },
    askers: [{ serviceId: 's', stack: 'shop', links: [{ alias: 'backend' }] }],
  });
  await vi.waitFor(() => expect(readEndpointsFile(dir)).toMatchObject({ version: 3, endpoints: [{ stack: 'shop' }] }));
});

test('of many changes in a row the last is what is read, and the same again is nothing new', async () => {
  feed.use({ overlaySubnet: '10.7.0.0/16', endpoints: table(1) });
  for (let host = 2; host < 40; host++) feed.see(instance(`i${host}`, `172.30.0.${host}`));
  for (let version = 2; version <= 20; version++) feed.useTable(table(version));
  await vi.waitFor(() => expect(askersIn()).toHaveLength(38));
  await vi.waitFor(() => expect(readEndpointsFile(dir)?.version).toBe(20));
  feed.useTable(table(20));
  feed.see(instance('i2', '172.30.0.2'));
  // What is so already is no change; what comes after it is.
  feed.gone('i3');
  feed.useTable(table(21));
  await vi.waitFor(() => expect(askersIn()).toHaveLength(37));
  await vi.waitFor(() => expect(readEndpointsFile(dir)?.version).toBe(21));
});

test("containers that are gone, and those with the node's own network, ask for nothing", async () => {
  feed.use({ overlaySubnet: '10.7.0.0/16', endpoints: table(1) });
  feed.seeAll([instance('one', '172.30.0.2'), instance('two', '172.30.0.3'), instance('host', null)]);
  await vi.waitFor(() => expect(askersIn()).toEqual(['172.30.0.2', '172.30.0.3']));
  feed.gone('one');
  await vi.waitFor(() => expect(askersIn()).toEqual(['172.30.0.3']));
  feed.seeAll([]);
  await vi.waitFor(() => expect(askersIn()).toEqual([]));
});

test('a place where nothing can be written is tried again until it can', async () => {
  // A directory in its way; no permission stops whoever runs as root.
  await mkdir(join(dir, `${endpointsFileName}.new`));
  feed.use({ overlaySubnet: '10.7.0.0/16', endpoints: table(1) });
  await vi.waitFor(() => expect(askersIn()).toEqual([]));
  expect(readEndpointsFile(dir)).toBeNull();
  feed.useTable(table(2));
  await rm(join(dir, `${endpointsFileName}.new`), { recursive: true });
  await vi.waitFor(() => expect(readEndpointsFile(dir)?.version).toBe(2));
});

test('what another release wrote, or what a power cut left of it, says nothing', async () => {
  await writeFile(join(dir, endpointsFileName), '{"format":2,"version":1,"endpoints":[]}');
  expect(readEndpointsFile(dir)).toBeNull();
  await writeFile(join(dir, endpointsFileName), '{"format":1,"vers');
  expect(readEndpointsFile(dir)).toBeNull();
});
