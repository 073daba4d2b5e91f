import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labPlace } from '@restow/lab/lab-place';
import { startLab } from '@restow/lab/start-lab';
import { takeDown } from '@restow/lab/take-down';
import { defaultDefinition, type ServiceDefinition } from '@restow/shared/domain/service';
import type { ServiceView } from '@restow/shared/domain/view';
import { RestowClient } from '@restow/shared/rpc/restow-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Cluster, clusterOf } from '../lab/cluster.ts';
import { engineActs } from '../lab/engine-acts.ts';

const quick = ['--min-running', '200ms', '--watch', '0s'];
const everyNode = ['--deployment-strategy', 'EVERY_NODE'];
const soon = { timeout: 30_000, interval: 250 };

// A lab of its own: four of five nodes match.
describe.runIf(process.getuid?.() === 0)('one on every node (needs root)', () => {
  let dir: string;
  let cluster: Cluster;
  let client: RestowClient;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-every-'));
    cluster = clusterOf(await startLab({ nodes: 5, dir }));
    const { lab, ok, image } = cluster;
    client = new RestowClient({
      address: lab.env.RESTOW_HOST!,
      token: readFileSync(lab.env.RESTOW_TOKEN_FILE!, 'utf8').trim(),
    });
    await ok('tag', 'add', '-t', 'fit', 'n1', 'n2', 'n3', 'n4');
    await ok('service', 'run', '--name', 'every', '--tag', 'fit', ...everyNode, ...quick, image('app:v1'));
    await ok('service', 'run', '--name', 'plain', '-t', '2', ...quick, image('app:v1'));
  });
  afterAll(async () => {
    client?.close();
    await takeDown(labPlace(dir));
    await rm(dir, { recursive: true, force: true });
  });

  /** What runs of a service on the hosts that have power, as their engines have it: `n1 v1` for each container. */
  const runningOn = async (service: string, hosts: readonly string[] = cluster.hosts): Promise<string[]> => {
    const { lab } = cluster;
    const each = hosts.map(async (host) => {
      const ids = await lab.docker(host, 'ps', '-q', '--filter', `label=io.restow.service-name=${service}`);
      const versions = ids.split('\n').map((id) => id && lab.docker(host, 'exec', id, 'cat', '/app/version'));
      return (await Promise.all(versions)).filter(Boolean).map((version) => `${host} ${version}`);
    });
    return (await Promise.all(each)).flat().sort();
  };

  /** Does something that is to be refused; no engine hears of it, and both services are defined as before. */
  const untouched = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    const before = await client.listServices();
    const since = new Date().toISOString();
    const value = await act();
    expect(engineActs(await cluster.events(since))).toEqual([]);
    const defined = ({ name, definition, version, deploymentNumber }: ServiceView) =>
      [name, definition, version, deploymentNumber] as const;
    expect((await client.listServices()).map(defined)).toEqual(before.map(defined));
    return value;
  };
  const refusal = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.restow(...words);
    expect(stdout).toBe('');
    return `${code} ${stderr.trimEnd()}`;
  };
  const definitionOf = async (name: string): Promise<ServiceDefinition> => (await client.getService(name)).definition;

  test('STR-03: of five nodes the four that match have one each', async () => {
    expect(await runningOn('every')).toEqual(['n1 v1', 'n2 v1', 'n3 v1', 'n4 v1']);
  });

  describe('STR-05: it cannot be scaled by hand, and is told why', () => {
    const because = 'count: EVERY_NODE puts one slot on every node that fits, so it cannot be';

    test.each(['3', '1000'])('to %s', async (count) => {
      const { code, details } = await untouched(async () => ({
        code: await refusal('service', 'update', '-t', count, 'every'),
        details: await client
          .updateService('every', { ...(await definitionOf('every')), count: Number(count) })
          .catch((error) => error),
      }));
      expect(code).toBe(
        `2 restow: The change of every was refused; nothing was changed.\n  ${because} ${count}: leave it out`,
      );
      expect(details).toMatchObject({ code: 'invalid', problems: [{ field: 'count' }] });
    });

    test('nor made so, nor redeployed so', async () => {
      const { image } = cluster;
      const definition = { ...defaultDefinition(image('app:v1')), strategy: 'EVERY_NODE' as const, count: 3 };
      await untouched(async () => {
        for (const verb of ['create', 'run'])
          expect(await refusal('service', verb, '--name', 'other', '-t', '3', ...everyNode, image('app:v1'))).toBe(
            `2 restow: Service "other" was refused; nothing was changed.\n  ${because} 3: leave it out`,
          );
        await expect(client.createService('other', definition)).rejects.toMatchObject({
          code: 'invalid',
          problems: [{ field: 'count', message: expect.stringContaining('EVERY_NODE puts one slot on every node') }],
        });
        expect(await refusal('service', 'update', '-t', '3', '--redeploy', 'every')).toContain(because);
      });
    });

    test('where the strategy is another one it is scaled', async () => {
      await cluster.ok('service', 'update', '-t', '3', '--redeploy', 'plain');
      expect(await runningOn('plain')).toHaveLength(3);
    });
  });

  describe('STR-08: nothing is switched to it or from it (K8)', () => {
    const cases = [
      ['every', 'EVERY_NODE', 'EMPTIEST_NODE'],
      ['every', 'EVERY_NODE', 'HIGH_AVAILABILITY'],
      ['plain', 'EMPTIEST_NODE', 'EVERY_NODE'],
    ] as const;

    test.each(cases)('%s: from %s to %s', async (name, from, to) => {
      const because = `${name} cannot be switched from ${from} to ${to}: make a new service with the other strategy.`;
      await untouched(async () => {
        const flags = ['--deployment-strategy', to, name];
        for (const words of name === 'every' ? [['--redeploy']] : [[], ['--dry-run'], ['-t', '1']]) {
          const said = await refusal('service', 'update', ...words, ...flags);
          expect(said).toContain(`restow: ${because}`);
          expect(said).toMatch(/^1 /);
        }
        const definition = { ...(await definitionOf(name)), strategy: to, count: 1 };
        const update = () => client.updateService(name, definition);
        const plan = () => client.planService(name, undefined, { definition });
        for (const attempt of [update, plan])
          await expect(attempt()).rejects.toMatchObject({ code: 'failed-precondition', message: because });
      });
    });

    test('between the other two there is a switch', async () => {
      const since = new Date().toISOString();
      await cluster.ok('service', 'update', '--deployment-strategy', 'HIGH_AVAILABILITY', 'plain');
      expect(await definitionOf('plain')).toMatchObject({ strategy: 'HIGH_AVAILABILITY' });
      expect(engineActs(await cluster.events(since))).toEqual([]);
      await cluster.ok('service', 'rm', 'plain');
    });
  });

  describe('STR-03: losing nodes doubles none of the others', () => {
    const left = ['n3', 'n4', 'n5'];
    beforeAll(async () => {
      const { lab } = cluster;
      // Of one nothing runs any more; on the other all goes on, and nobody hears of it.
      await lab.powerOff('n1');
      await lab.cut('n2');
    });

    test('at once, and by a redeploy, which says what stays as it is', async () => {
      const { ok, restow, image } = cluster;
      expect(await runningOn('every', left)).toEqual(['n3 v1', 'n4 v1']);
      await ok('service', 'update', '--image', image('app:v2'), 'every');
      // While nobody knows yet that they are gone.
      const planned = await restow('plan', 'every');
      expect(planned.code, planned.stderr).toBe(0);
      expect(planned.stdout).toContain('redeploy of 2 slots');
      for (const [slot, node] of [
        ['every-1', 'n1'],
        ['every-2', 'n2'],
      ])
        expect(planned.stdout).toContain(
          `warning: ${slot} stays as it is: ${node} does not answer. Redeploy again when it is back.`,
        );
      await ok('service', 'redeploy', 'every');
      expect(await runningOn('every', left)).toEqual(['n3 v2', 'n4 v2']);
      expect(await runningOn('every', ['n2'])).toEqual(['n2 v1']);
    });

    test('nor is a node that is new to it taken in place of a lost one: it has one of its own', async () => {
      const { ok } = cluster;
      await ok('tag', 'add', '-t', 'fit', 'n5');
      // STR-04: by itself.
      await vi.waitFor(async () => expect(await runningOn('every', left)).toEqual(['n3 v2', 'n4 v2', 'n5 v2']), soon);
      await ok('service', 'redeploy', 'every');
      expect(await runningOn('every', left)).toEqual(['n3 v2', 'n4 v2', 'n5 v2']);
      const { slots, synchronized } = await client.getService('every');
      expect(slots.map((slot) => [slot.name, slot.nodeName, slot.state, slot.synchronized])).toEqual([
        ['every-1', 'n1', 'unknown', false],
        ['every-2', 'n2', 'unknown', false],
        ['every-3', 'n3', 'running', true],
        ['every-4', 'n4', 'running', true],
        ['every-5', 'n5', 'running', true],
      ]);
      expect(synchronized).toBe(false);
    });

    test('nor when they are back: what they have is one each, the old one, until it is redeployed', async () => {
      const { lab, ok } = cluster;
      await lab.powerOn('n1');
      await lab.heal('n2');
      const all = ['n1 v1', 'n2 v1', 'n3 v2', 'n4 v2', 'n5 v2'];
      await vi.waitFor(async () => {
        const nodes = await client.listNodes();
        expect(nodes.filter(({ unreachableSince }) => unreachableSince !== null)).toEqual([]);
        expect(await runningOn('every')).toEqual(all);
      }, soon);
      const { slots } = await client.getService('every');
      expect(slots.map(({ pending }) => pending)).toEqual([['image'], ['image'], [], [], []]);
      await ok('service', 'redeploy', 'every');
      expect(await runningOn('every')).toEqual(['n1 v2', 'n2 v2', 'n3 v2', 'n4 v2', 'n5 v2']);
      expect(await client.getService('every')).toMatchObject({ synchronized: true });
    });
  });
});
