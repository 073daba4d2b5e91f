import { readFile } from 'node:fs/promises';
import { status } from '@grpc/grpc-js';
import type { ServiceView } from '@restow/shared/domain/view';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { engineActs } from '../lab/engine-acts.ts';
import { makeWhole } from '../lab/make-whole.ts';
import { ReflectingClient } from '../lib/reflecting-client.ts';

const hasty = ['--min-running', '200ms', '--watch', '0s'];
const each = (flag: string, tags: string[]): string[] => tags.flatMap((tag) => [flag, tag]);

/** Containers that are the same ones as before, never stopped in between. */
const lives = (containers: readonly EngineContainer[]): string[] =>
  containers.map(({ host, Id, State }) => `${host} ${Id} ${State.StartedAt}`);

describeCluster('tags', (cluster) => {
  /** A client that knows the coordinator only by reflection. */
  const dial = async (): Promise<ReflectingClient> => {
    const { address, tokenFile } = cluster().lab.coordinator!;
    const token = (await readFile(tokenFile, 'utf8')).trim();
    return new ReflectingClient(address, { headers: [`authorization: Bearer ${token}`] });
  };
  const call = async <Reply>(method: string, request: Parameters<ReflectingClient['call']>[1]): Promise<Reply> => {
    using client = await dial();
    const [reply] = await client.call(`restow.v1.Restow/${method}`, request);
    return reply as Reply;
  };
  const nodeTags = async (): Promise<Record<string, string[]>> => {
    const { nodes } = await call<{ nodes: { name: string; tags?: string[] }[] }>('ListNodes', {});
    return Object.fromEntries(nodes.map(({ name, tags = [] }) => [name, tags]));
  };
  const serviceTags = async (service: string): Promise<string[]> =>
    (await call<{ definition: { tags?: string[] } }>('GetService', { service })).definition.tags ?? [];
  const hostsOf = async (service: string): Promise<string[]> =>
    (await cluster().running(service)).map(({ host }) => host);

  /** Does something of which no engine may hear. */
  const untouched = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    const since = new Date().toISOString();
    const value = await act();
    expect(engineActs(await cluster().events(since))).toEqual([]);
    return value;
  };
  const view = async (service: string): Promise<ServiceView> =>
    (await cluster().json<[ServiceView]>('service', 'inspect', service))[0];

  describe('TAG-01: several tags on nodes', () => {
    afterAll(() => cluster().clear());

    test('by the command line: added, listed and taken away, several at a time, on several nodes at a time', async () => {
      const { ok, json } = cluster();
      await untouched(async () => {
        expect(await ok('tag', 'add', ...each('-t', ['prod', 'eu', 'prod']), 'n1', 'n2')).toBe(
          'n1   node   eu, prod\nn2   node   eu, prod',
        );
        const [{ id }] = await json<[{ id: string }]>('node', 'inspect', 'n2');
        expect(await ok('tag', 'add', '-t', 'gpu', id.slice(0, 8))).toBe('n2   node   eu, gpu, prod');
        // Once more is as once.
        expect(await ok('tag', 'add', '-t', 'eu', 'n1')).toBe('n1   node   eu, prod');
        expect(await nodeTags()).toEqual({ n1: ['eu', 'prod'], n2: ['eu', 'gpu', 'prod'], n3: [] });

        expect(await ok('tag', 'ls', 'n1', 'n3')).toBe('n1   node   eu, prod\nn3   node   -');
        expect(await ok('tag', 'ls', '-q')).toBe('eu\ngpu\nprod');
        expect((await ok('tag', 'ls', '-t', 'gpu', '-t', 'eu')).split('\n').map((line) => line.split(/ {2,}/))).toEqual(
          [
            ['TAG', 'NODES', 'SERVICES'],
            ['eu', 'n1, n2', '-'],
            ['gpu', 'n2', '-'],
          ],
        );
        expect(await json('node', 'inspect', 'n2')).toMatchObject([{ name: 'n2', tags: ['eu', 'gpu', 'prod'] }]);

        expect(await ok('tag', 'rm', ...each('-t', ['eu', 'gpu']), 'n2')).toBe('n2   node   prod');
        expect(await nodeTags()).toEqual({ n1: ['eu', 'prod'], n2: ['prod'], n3: [] });
      });
    });

    test('by the API: added and taken away in one step, each once, in one order', async () => {
      const change = (request: Record<string, string | string[]>) =>
        call<{ kind: string; tags?: string[]; warnings?: string[] }>('ChangeTags', request);
      await untouched(async () => {
        expect(await change({ target: 'n3', add: ['b', 'a', 'c', 'a'] })).toEqual({
          ...{ kind: 'node', name: 'n3' },
          tags: ['a', 'b', 'c'],
        });
        expect(await change({ target: 'n3', add: ['d'], remove: ['a', 'c', 'z'] })).toEqual({
          ...{ kind: 'node', name: 'n3', tags: ['b', 'd'] },
          warnings: ['it has no tag z to remove'],
        });
        expect(await cluster().ok('tag', 'ls', 'n3')).toBe('n3   node   b, d');
        expect(await change({ target: 'n3', remove: ['b', 'd'] })).toEqual({ kind: 'node', name: 'n3' });
      });
    });

    test('what cannot be a tag is refused, all of it at once, and what could is not added either', async () => {
      const before = await nodeTags();
      const wrong = ['a b', '-x', '', 'x'.repeat(64)];
      const { code, stderr } = await cluster().restow('tag', 'add', ...each('-t', ['good', ...wrong]), 'n1', 'n2');
      expect(code).toBe(2);
      for (const tag of wrong) expect(stderr).toContain(`"${tag}"`);
      await expect(call('ChangeTags', { target: 'n1', add: ['good', ...wrong] })).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
        details: expect.stringContaining('"a b", "-x", "", '),
      });
      await expect(call('ChangeTags', { target: 'n9', add: ['good'] })).rejects.toMatchObject({
        code: status.NOT_FOUND,
      });
      expect(await nodeTags()).toEqual(before);
    });
  });

  describe('TAG-01: several tags on services', () => {
    beforeAll(async () => {
      await cluster().ok('tag', 'add', '-t', 'prod', 'n2', 'n3');
      await cluster().ok('tag', 'add', '-t', 'ssd', 'n3');
    });
    afterAll(() => cluster().clear());

    test('by the command line: given at the start, replaced, added, taken away and cleared', async () => {
      const { ok, restow, image } = cluster();
      await ok('service', 'run', '--name', 'web', ...each('--tag', ['ssd', 'prod']), ...hasty, image('app:v1'));
      expect(await hostsOf('web')).toEqual(['n3']);
      await untouched(async () => {
        expect(await serviceTags('web')).toEqual(['prod', 'ssd']);
        expect(await ok('tag', 'ls', 'web')).toBe('web   service   prod, ssd');
        await ok('service', 'update', ...each('--tag', ['prod', 'eu']), 'web');
        expect(await serviceTags('web')).toEqual(['eu', 'prod']);
        const added = await restow('tag', 'add', ...each('-t', ['a', 'b']), 'web');
        expect(added).toMatchObject({ code: 0, stdout: 'web   service   a, b, eu, prod\n' });
        for (const tag of ['a', 'b', 'eu']) expect(added.stderr).toContain(`no node carries the tag ${tag}.`);
        expect(added.stderr).not.toContain('the tag prod');
        await ok('tag', 'rm', ...each('-t', ['a', 'b', 'eu']), 'web');
        expect(await serviceTags('web')).toEqual(['prod']);
        expect((await ok('tag', 'ls', '-t', 'prod')).split('\n')[1]).toMatch(/^prod +n2, n3 +web$/);
        await ok('service', 'update', '--tag', '', 'web');
        expect(await serviceTags('web')).toEqual([]);
        expect((await restow('service', 'update', '--tag', 'a b', 'web')).code).toBe(2);
        expect(await serviceTags('web')).toEqual([]);
      });
      await ok('service', 'rm', 'web');
    });

    test('by the API: in a definition, and by themselves', async () => {
      const definition = { image: cluster().image('app:v1'), count: 1, tags: ['prod', 'ssd'] };
      await untouched(async () => {
        await call('CreateService', { name: 'web', definition });
        expect(await serviceTags('web')).toEqual(['prod', 'ssd']);
        await call('UpdateService', { service: 'web', definition: { ...definition, tags: ['eu'] } });
        expect(await serviceTags('web')).toEqual(['eu']);
        expect(await call('ChangeTags', { target: 'web', add: ['prod', 'a'], remove: ['eu'] })).toEqual({
          ...{ kind: 'service', name: 'web', tags: ['a', 'prod'] },
          warnings: ['no node carries the tag a'],
        });
        await expect(
          call('UpdateService', { service: 'web', definition: { ...definition, tags: ['a b', 'ok', 'ok'] } }),
        ).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
        expect(await serviceTags('web')).toEqual(['a', 'prod']);
      });
      await cluster().ok('service', 'rm', 'web');
    });
  });

  test('TAG-01: they outlive the coordinator, whose next one places by them and offers them', async () => {
    const { lab, ok, restow, image } = cluster();
    await ok('tag', 'add', ...each('-t', ['prod', 'eu']), 'n2');
    await ok('tag', 'add', '-t', 'prod', 'n1');
    await ok('service', 'create', '--name', 'web', ...each('--tag', ['prod', 'eu']), ...hasty, image('app:v1'));
    await lab.stopCoordinator('SIGKILL');
    await lab.startCoordinator();
    expect(await nodeTags()).toEqual({ n1: ['prod'], n2: ['eu', 'prod'], n3: [] });
    expect(await serviceTags('web')).toEqual(['eu', 'prod']);
    const offered = await restow('__complete', 'bash', 'restow service run app:v1 --tag ', ' \t\n"\'><=;|&(:');
    expect(offered.stdout).toBe('eu\nprod\n');
    await makeWhole(lab);
    await ok('service', 'start', 'web');
    expect(await hostsOf('web')).toEqual(['n2']);
    await cluster().clear();
  });

  describe('TAG-09: what is changed takes a redeploy', () => {
    let before: EngineContainer[];
    beforeAll(async () => {
      const { ok, running, image } = cluster();
      await ok('tag', 'add', '-t', 'one', 'n1');
      await ok('tag', 'add', '-t', 'two', 'n2');
      await ok('service', 'run', '--name', 'web', '-t', '2', '--tag', 'one', ...hasty, image('app:v1'));
      before = await running('web');
    });
    afterAll(() => cluster().clear());

    const ofService: [how: string, words: string[]][] = [
      ['service update --tag', ['service', 'update', '--tag', 'two', 'web']],
      ['tag add', ['tag', 'add', '-t', 'two', 'web']],
    ];
    test.each(ofService)('%s: nothing that runs is touched, and it is flagged with what waits', async (how, words) => {
      const { ok, restow, running } = cluster();
      const wanted = how === 'tag add' ? 'one, two' : 'two';
      const said = await untouched(() => restow(...words));
      expect(said.stderr).toContain(how === 'tag add' ? 'with its next redeploy' : 'restow service redeploy web');
      expect(lives(await running('web'))).toEqual(lives(before));

      expect(await ok('service', 'ls')).toMatch(/^web +Running \(\*\) /m);
      expect((await ok('service', 'ps', 'web')).match(/running \(\*\)/g)).toHaveLength(2);
      expect(await ok('service', 'inspect', 'web')).toContain(`to redeploy\n  tags: one -> ${wanted}\n`);
      const marked = await view('web');
      expect(marked).toMatchObject({ synchronized: false, pending: ['tags'], running: { tags: ['one'] } });
      expect(
        marked.slots.map(({ containerId, synchronized, pending }) => [containerId, synchronized, pending]),
      ).toEqual(before.map(({ Id }) => [Id, false, ['tags']]));

      // Taken back, nothing waits, and nothing was done.
      await untouched(() => ok('service', 'update', '--tag', 'one', 'web'));
      expect(await view('web')).toMatchObject({ synchronized: true, pending: [] });
      expect(await ok('service', 'ls')).not.toContain('(*)');
      expect(lives(await running('web'))).toEqual(lives(before));
    });

    test('after a redeploy all of it is true', async () => {
      const { ok, running } = cluster();
      await ok('service', 'update', '--tag', 'two', 'web');
      expect(await hostsOf('web')).toEqual(['n1', 'n1']);
      await ok('service', 'redeploy', 'web');
      expect(await hostsOf('web')).toEqual(['n2', 'n2']);
      const now = await view('web');
      expect(now).toMatchObject({ synchronized: true, pending: [] });
      expect(now.slots.map(({ synchronized }) => synchronized)).toEqual([true, true]);
      expect(await ok('service', 'ls')).not.toContain('(*)');
      expect(await ok('service', 'inspect', 'web')).not.toContain('to redeploy');
      before = await running('web');
    });

    test('tags of a node: what runs there runs on, the service is as it is defined, and the next redeploy goes by them', async () => {
      const { ok, running } = cluster();
      await untouched(async () => {
        await ok('tag', 'rm', '-t', 'two', 'n2');
        await ok('tag', 'add', '-t', 'two', 'n3');
      });
      expect(lives(await running('web'))).toEqual(lives(before));
      expect(await view('web')).toMatchObject({ synchronized: true, pending: [] });
      await ok('service', 'redeploy', 'web');
      expect(await hostsOf('web')).toEqual(['n3', 'n3']);
    });
  });
});
