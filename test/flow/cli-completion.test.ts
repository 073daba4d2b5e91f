import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { nodeViewToWire, volumeViewToWire } from '@restow/shared/rpc/wire-cluster';
import { deploymentToWire } from '@restow/shared/rpc/wire-deployment';
import { serviceViewToWire } from '@restow/shared/rpc/wire-service-view';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CannedCoordinator, startCannedCoordinator } from '../lib/canned-coordinator.ts';
import { hasShell, openShell, type RealShell, type ShellName } from '../lib/real-shell.ts';
import { runCli } from '../lib/run-cli.ts';
import { aDeployment, aNode, aService, aVolume } from '../lib/views.ts';

let coordinator: CannedCoordinator;
beforeAll(async () => {
  coordinator = await startCannedCoordinator({
    ListServices: () => ({
      services: ['website', 'database', 'datastore'].map((name) => serviceViewToWire(aService({ name }))),
    }),
    ListNodes: () => ({
      nodes: [
        nodeViewToWire(aNode(1, { name: 'frankfurt', tags: ['prod', 'zone:eu'] })),
        nodeViewToWire(aNode(2, { name: 'oslo', tags: ['zone:eu', 'gpu'] })),
      ],
    }),
    ListDeployments: () => ({
      deployments: [deploymentToWire(aDeployment({ number: 12 })), deploymentToWire(aDeployment({ number: 9 }))],
    }),
    ListVolumes: () => ({ volumes: [volumeViewToWire(aVolume({ name: 'restow-database-1-data' }))] }),
  });
});
afterAll(() => coordinator[Symbol.asyncDispose]());

const complete = (shell: ShellName, ...words: string[]) =>
  runCli(coordinator, ['__complete', shell, ...words], { env: { RESTOW_COMPLETION_TIMEOUT: '20s' } });

describe('what a shell is told', () => {
  test('names and what they are, in the form of each shell', async () => {
    expect((await complete('fish', 'service', 'redeploy', 'data')).out).toBe(
      'database\tservice, Running\ndatastore\tservice, Running\n',
    );
    expect((await complete('zsh', 'tag', 'add', '-t', 'z')).out).toBe('zone\\:eu:tag of frankfurt, oslo\n');
    expect((await complete('bash', 'restow tag add -t zone:', ' \t\n=:')).out).toBe('eu\n');
    expect((await complete('fish', 'deployment', 'watch', '')).out).toBe(
      '12\tredeploy of web, succeeded\n9\tredeploy of web, succeeded\n',
    );
    expect((await complete('fish', 'service', 'create', '--env-file', '')).out).toBe(':files\n');
  });

  test('tags are those that nodes carry, each once', async () => {
    expect((await complete('bash', 'restow tag add -t ', '')).out).toBe('gpu\nprod\nzone:eu\n');
  });

  test('a shell nobody knows gets nothing', async () => {
    expect(await runCli(coordinator, ['__complete', 'toString', ''])).toEqual({ code: 2, out: '', err: '' });
  });
});

describe('while the coordinator does not answer', () => {
  let silent: Server;
  beforeAll(async () => {
    silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => silent.close());

  const whereItListens = () => `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const listening = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const nobody = { code: 0, out: '', err: '' };
  const names = ['__complete', 'fish', 'service', 'redeploy', ''];

  test('no names, no words, and soon', async () => {
    const began = performance.now();
    expect(await runCli({ address: whereItListens(), token: 't' }, names)).toEqual(nobody);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test('nor where none listens, none is known, or the token is wrong', async () => {
    expect(await runCli({ address: '127.0.0.1:1', token: 't' }, names)).toEqual(nobody);
    expect(await runCli({ ...coordinator, token: 'wrong' }, names)).toEqual(nobody);
    const unknown = { env: { RESTOW_HOST: '', RESTOW_DATA: '/nowhere' } };
    expect(await runCli(coordinator, names, unknown)).toEqual(nobody);
  });

  test('nor where the connection is swallowed: the program does not wait for it', async () => {
    // A listener that takes nobody, its queue full: what comes now is never answered, as from a host that is off.
    const deaf = spawn(process.execPath, ['-e', listening], { stdio: ['ignore', 'pipe', 'inherit'] });
    const waiting: Socket[] = [];
    try {
      const [port] = (await once(deaf.stdout, 'data')) as [Buffer];
      for (let callers = 0; callers < 8; callers++)
        waiting.push(connect(Number(port), '127.0.0.1').on('error', () => undefined));
      const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');
      const env = { PATH: process.env.PATH, RESTOW_HOST: `127.0.0.1:${port}`, RESTOW_TOKEN: 't' };
      const program = spawn(process.execPath, ['--conditions=source', '--', main, ...names], { env, stdio: 'ignore' });
      const [code] = await once(program, 'exit', { signal: AbortSignal.timeout(15_000) });
      expect(code).toBe(0);
    } finally {
      for (const socket of waiting) socket.destroy();
      deaf.kill('SIGKILL');
    }
  });

  test('commands and flags all the same', async () => {
    const run = await runCli({ address: '127.0.0.1:1', token: 't' }, ['__complete', 'fish', 'service', 'rede']);
    expect(run.out).toMatch(/^redeploy\t.+\n$/);
  });
});

describe.each<ShellName>(['bash', 'zsh', 'fish'])('%s', (name) => {
  describe.skipIf(!hasShell(name))(`at a terminal (needs ${name} and script)`, () => {
    let shell: RealShell;
    beforeAll(async () => {
      shell = await openShell(name, coordinator);
    });
    afterAll(() => shell?.[Symbol.asyncDispose]());

    test.each<[keys: string, words: string[]]>([
      ['restow serv\trede\twebs\t', ['service', 'redeploy', 'website']],
      ['restow service redeploy --not\tdatab\t', ['service', 'redeploy', '--not-reuse-volumes', 'database']],
      ['restow service redeploy --order sto\twebs\t', ['service', 'redeploy', '--order', 'stop-first', 'website']],
      ['restow service redeploy --order=rec\tx', ['service', 'redeploy', '--order=recreate', 'x']],
      ['restow tag add -t zone:\tosl\t', ['tag', 'add', '-t', 'zone:eu', 'oslo']],
      ['restow tag add --tag=zone:\tfr\t', ['tag', 'add', '--tag=zone:eu', 'frankfurt']],
      ['restow deployment watch 1\t', ['deployment', 'watch', '12']],
      ['true; restow help serv\tinsp\t', ['help', 'service', 'inspect']],
      ['./restow node cordon os\t', ['node', 'cordon', 'oslo']],
      ['restow service run app:v1 -- \tx', ['service', 'run', 'app:v1', '--', 'x']],
      ['restow service ps nothing\t', ['service', 'ps', 'nothing']],
      ['restow service create --env-file ./resto\t', ['service', 'create', '--env-file', './restow']],
    ])('%j', async (keys, words) => expect(await shell.types(keys)).toEqual(words));

    test('several that fit are shown', async () => {
      const from = shell.shown().length;
      await shell.types(name === 'fish' ? 'restow service ps dat\t\x1b x' : 'restow service ps data\t\tx');
      expect(shell.shown().slice(from)).toMatch(/database\s+.*datastore|datastore\s+.*database/s);
    });
  });
});
