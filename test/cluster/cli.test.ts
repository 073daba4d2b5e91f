import { runCommand } from '@restow/lab/command';
import { checkout } from '@restow/lab/lab-place';
import { builtProgram } from '@restow/lab/programs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';

describeCluster('the command line', (cluster) => {
  const quick = ['--min-running', '200ms', '--watch', '0s'];

  /** What every engine has, and what the coordinator has stored. */
  const everything = async () => {
    const { hosts, lab, json } = cluster();
    const engines = await Promise.all(
      hosts.map(async (host) => [
        await lab.docker(host, 'ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}}'),
        await lab.docker(host, 'volume', 'ls', '-q'),
        // Of the same age they come in any order.
        (await lab.docker(host, 'image', 'ls', '-q', '--no-trunc')).split('\n').sort().join('\n'),
        await lab.docker(host, 'network', 'ls', '-q', '--no-trunc'),
      ]),
    );
    const services = await json<object[]>('service', 'ls');
    return { engines, services, deployments: await json('deployment', 'ls'), volumes: await json('volume', 'ls') };
  };

  beforeAll(async () => {
    const { ok, image } = cluster();
    await ok('service', 'run', '--name', 'web', '-t', '2', '-p', '8080:80', '-v', '/data', ...quick, image('app:v1'));
    await ok('service', 'create', '--name', 'idle', ...quick, image('app:v1'));
  });

  describe('--dry-run', () => {
    /** What is planned, as `-o json` prints it. */
    interface Planned {
      changes?: string[];
      plan?: { swaps: { slotName: string; placement: { nodeName: string } }[]; image: { digest: string } };
      refusal?: { unplaceable: { verdicts: unknown[] }[] };
    }

    test('touches nothing on any engine and stores nothing, whatever it is asked with', async () => {
      const { restow, image, events } = cluster();
      const before = await everything();
      const since = new Date().toISOString();
      const lines: [code: number, ...words: string[]][] = [
        [0, 'redeploy', 'web', '--image', image('app:v2'), '--not-reuse-volumes'],
        [0, 'update', 'web', '-e', 'LOG=debug', '-t', '3', '--redeploy'],
        [0, 'start', 'idle'],
        [0, 'run', '--name', 'third', '-p', '80', '-v', 'files:/data', image('app:v2')],
        [0, 'create', '--name', 'fourth', image('app:v2')],
        [0, 'rm', 'web', 'idle'],
        [4, 'redeploy', 'web', '--tag', 'nowhere'],
        [4, 'run', '--name', 'third', '-p', '8080:80', '-t', '4', image('app:v2')],
        [2, 'run', '--name', 'third', '--autoredeploy', image('app:v2')],
        [2, 'run', '--name', 'third', '--link', 'nope', image('app:v2')],
        [2, 'update', 'web', '-p', '0:80'],
        [1, 'start', 'web'],
        [1, 'redeploy', 'idle'],
        [1, 'run', '--name', 'web', image('app:v2')],
        [1, 'rm', 'nope'],
      ];
      for (const [code, ...words] of lines) {
        const run = await restow('service', ...words, '--dry-run');
        expect(run.code, `${words.join(' ')}\n${run.stderr}${run.stdout}`).toBe(code);
      }
      expect(await everything()).toEqual(before);
      expect((await events(since)).map(({ Type, Action }) => `${Type} ${Action}`)).toEqual([]);
    });

    test('tells what the real thing then does', async () => {
      const { json, ok, image, running } = cluster();
      const words = ['service', 'redeploy', 'web', '--image', image('app:v2')];
      const [told] = await json<[Planned]>(...words, '--dry-run');
      expect(told.changes).toEqual([`image: ${image('app:v1')} -> ${image('app:v2')}`]);
      await ok(...words);
      const now = (await running('web')).map((container) => `web-${slotIndex(container)} ${container.host}`);
      expect(now).toEqual(told.plan!.swaps.map(({ slotName, placement }) => `${slotName} ${placement.nodeName}`));
      expect((await running('web'))[0]!.Config.Image).toContain(told.plan!.image.digest);
    });

    test('tells every reason on every node where it cannot be done', async () => {
      const { restow } = cluster();
      const run = await restow('service', 'redeploy', 'web', '--tag', 'nowhere', '--dry-run');
      for (const host of cluster().hosts) expect(run.stdout).toMatch(new RegExp(`${host} +no: .*nowhere`));
      const quiet = await restow('service', 'redeploy', 'web', '--tag', 'nowhere', '--dry-run', '-q');
      expect(quiet).toMatchObject({ code: 4, stdout: '' });
      expect(quiet.stderr).toContain('nowhere');
    });
  });

  test('an edit leaves what runs alone, and inspect shows old and new values until the redeploy', async () => {
    const { ok, running } = cluster();
    const ids = async () => (await running('web')).map(({ Id }: EngineContainer) => Id);
    const before = await ids();
    await ok('service', 'update', 'web', '--stop-grace', '3s', '--user', '0');
    expect(await ids()).toEqual(before);
    expect(await ok('service', 'inspect', 'web')).toContain(
      "to redeploy\n    stop: the image's own signal, then 10s -> the image's own signal, then 3s\n    user: the image's own -> 0\n".replaceAll(
        '\n    ',
        '\n  ',
      ),
    );
    await ok('service', 'redeploy', 'web');
    expect((await running('web')).map(({ Config }) => (Config as { User?: string }).User)).toEqual(['0', '0']);
    expect(await ok('service', 'inspect', 'web')).not.toContain('to redeploy');
  });

  test('--timeout ends the waiting with 5, and the deployment goes on to its end', async () => {
    const { restow, image, running } = cluster();
    const slow = ['-e', 'BOOT_MS=2500', '--health-tcp', '80'];
    const updated = await restow('service', 'update', 'web', '--image', image('app:v1'), ...slow);
    expect(updated.code, updated.stderr).toBe(0);
    const run = await restow('service', 'redeploy', 'web', '--timeout', '1s');
    expect(run.code).toBe(5);
    const [, number = ''] = /Deployment (\d+) goes on; look again with `restow deployment watch \1`/.exec(run.stderr)!;
    expect((await restow('deployment', 'watch', number)).code).toBe(0);
    expect((await running('web')).map(({ Config }) => Config.Env.includes('BOOT_MS=2500'))).toEqual([true, true]);
  });

  test('-d prints the number alone; -q the same once it is done, and why where it failed', async () => {
    const { restow, image } = cluster();
    const begun = await restow('service', 'redeploy', 'web', '-d');
    expect(begun).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/) });
    expect((await restow('deployment', 'watch', begun.stdout.trim(), '-q')).code).toBe(0);
    const failed = await restow('service', 'redeploy', 'web', '--image', image('app:nope'), '-q');
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^\d+\n$/) });
    expect(failed.stderr.match(/app:nope/g), failed.stderr).toHaveLength(1);
    await cluster().ok('service', 'update', 'web', '--image', image('app:v1'));
  });

  describe('completion', () => {
    const complete = (line: string) => cluster().restow('__complete', 'bash', line, ' \t\n"\'><=;|&(:');

    test('TAG-11: names of what there is, tags that some node carries', async () => {
      const { ok } = cluster();
      await ok('tag', 'add', '-t', 'zone:eu', '-t', 'gpu', 'n2');
      expect((await complete('restow service redeploy ')).stdout.split('\n').sort()).toEqual(['', 'idle', 'web']);
      expect((await complete('restow node cordon n')).stdout).toBe('n1\nn2\nn3\n');
      expect((await complete('restow service run app:v1 --tag ')).stdout).toBe('gpu\nzone:eu\n');
      expect((await complete('restow tag rm -t zone:')).stdout).toBe('eu\n');
      const volumes = (await cluster().json<{ name: string }[]>('volume', 'ls')).map(({ name }) => name);
      expect((await complete('restow volume inspect web-')).stdout.trim().split('\n').sort()).toEqual(
        volumes.filter((name) => name.startsWith('web-')).sort(),
      );
      expect(volumes.some((name) => name.startsWith('web-2-'))).toBe(true);
      await ok('tag', 'rm', '-t', 'zone:eu', '-t', 'gpu', 'n2');
      expect((await complete('restow service run app:v1 --tag ')).stdout).toBe('');
    });

    test('while the coordinator is away there are no names and no words, but commands as ever', async () => {
      const { lab } = cluster();
      await lab.stopCoordinator();
      try {
        expect(await complete('restow service redeploy ')).toEqual({ code: 0, stdout: '', stderr: '' });
        expect((await complete('restow service rede')).stdout).toBe('redeploy\n');
      } finally {
        await lab.startCoordinator();
      }
    });
  });

  test('./restow hands over an --env-file as it stands, and completes without building anything', async () => {
    const { lab } = cluster();
    const env = { ...process.env, ...lab.env };
    const missing = ['service', 'create', '--env-file', '/nowhere/web.env', 'app:v1'];
    const run = await runCommand(['./restow', ...missing], { cwd: checkout, env });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('  --env-file: there is no file /nowhere/web.env\n');
    const words = ['__complete', 'fish', 'service', 'redeploy', ''];
    const complete = (...program: string[]) => runCommand([...program, ...words], { cwd: checkout, env });
    const byItself = () => complete(process.execPath, '--', builtProgram('cli'));
    // The coordinator was started again a moment ago: until its nodes are back it knows of nothing that runs.
    await vi.waitFor(async () => expect((await byItself()).stdout).toContain('web\tservice, Running'), {
      timeout: 20_000,
      interval: 200,
    });
    expect(await complete('./restow')).toEqual(await byItself());
  });
});
