import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@restow/shared/base/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anEndpoint } from '../../../test/lib/an-endpoint.ts';
import { openNodeMemory, type RememberedNetwork } from './node-memory.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'restow-memory-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const log = openLog('test', 'silent');
const network = (version: number): RememberedNetwork => ({
  ...{ overlaySubnet: '10.7.0.0/16', vxlanId: 77, underlay: '192.0.2.1' },
  endpoints: {
    version,
    endpoints: [anEndpoint({ address: '10.7.0.1', nodeId: 'n', underlay: 'u' })],
  },
});

test('a node keeps its id', async () => {
  const { nodeId } = await openNodeMemory(join(dir, 'deeper'), log);
  expect(nodeId).toMatch(/^[0-9a-f-]{14}4[0-9a-f-]{21}$/);
  expect((await openNodeMemory(join(dir, 'deeper'), log)).nodeId).toBe(nodeId);
});

test('the last network is remembered, whole, and nothing else is left beside it', async () => {
  const memory = await openNodeMemory(dir, log);
  expect(memory.network).toBeNull();
  for (const version of [1, 2, 3]) memory.remember(network(version));
  expect(memory.network).toEqual(network(3));
  await memory.flush();
  expect((await openNodeMemory(dir, log)).network).toEqual(network(3));
  expect(readdirSync(dir).sort()).toEqual(['endpoints.json', 'node-id']);
});

test('a network that cannot be read is none: the next session brings it', async () => {
  writeFileSync(join(dir, 'endpoints.json'), '{"overlaySubnet":"10.');
  expect((await openNodeMemory(dir, log)).network).toBeNull();
  writeFileSync(join(dir, 'endpoints.json'), '{}');
  expect((await openNodeMemory(dir, log)).network).toBeNull();
});

test('an id that is none is refused, and left as it is for a person to look at', async () => {
  writeFileSync(join(dir, 'node-id'), 'n1\n');
  await expect(openNodeMemory(dir, log)).rejects.toMatchObject({
    code: 'failed-precondition',
    message: expect.stringContaining(`${join(dir, 'node-id')} does not hold a version-4 uuid`),
  });
  expect(readFileSync(join(dir, 'node-id'), 'utf8')).toBe('n1\n');
});

test('a directory that cannot be used is named', async () => {
  writeFileSync(join(dir, 'file'), '');
  await expect(openNodeMemory(join(dir, 'file'), log)).rejects.toMatchObject({
    code: 'failed-precondition',
    message: expect.stringMatching(/file cannot be used \(.*\); give another one with --data/),
  });
});
