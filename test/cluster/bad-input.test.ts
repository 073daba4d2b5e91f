import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { type CommandResult, runCommand } from '@restow/lab/command';
import { checkout, labPlace } from '@restow/lab/lab-place';
import { builtProgram } from '@restow/lab/programs';
import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { protocolVersion } from '@restow/shared/domain/order';
import { bearer, channelCredentials, clientOptions } from '@restow/shared/rpc/channel';
import { loadRestow } from '@restow/shared/rpc/load';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster } from '../lab/cluster.ts';
import { engineActs } from '../lab/engine-acts.ts';
import { createRequest, miswritten } from '../lib/miswritten.ts';
import { rawCall } from '../lib/raw-call.ts';

/** As short as a test may wait: what is shown here does not depend on how long an instance is watched. */
const hasty = ['--min-running', '200ms', '--watch', '0s'];

/** What was said, which has to be one sentence for a person: no stack, no second line, and it ends. */
const sentenceOf = ({ stdout, stderr }: CommandResult): string => {
  const said = stderr.trimEnd();
  expect(said).toMatch(/^[^\n]+\.$/);
  expect(said).not.toMatch(/\bat .*\.[jt]s:\d+|Error:/);
  expect(stdout).toBe('');
  return said;
};

describeCluster('what cannot be meant or cannot be done', (cluster) => {
  /** Containers with their states, volumes and images: where anything half done would show. */
  const standing = async (): Promise<Record<string, string>> => {
    const look =
      "docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}'; docker volume ls -q; docker image ls -q --no-trunc | sort";
    const seen = cluster().hosts.map(async (host) => [
      host,
      (await cluster().lab.exec(host, ['sh', '-c', look])).stdout,
    ]);
    return Object.fromEntries(await Promise.all(seen));
  };

  /** Does something of which no engine may hear. */
  const untouched = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    // An old container goes a moment after its deployment has ended: that is not what is looked for.
    const before = await vi.waitFor(
      async () => {
        const now = await standing();
        expect(Object.values(now).join('')).not.toMatch(/ (created|exited|removing|dead)$/m);
        return now;
      },
      { timeout: 15_000, interval: 250 },
    );
    const since = new Date().toISOString();
    const value = await act();
    expect(await standing()).toEqual(before);
    expect(engineActs(await cluster().events(since))).toEqual([]);
    return value;
  };

  /** Ends with `code` and says it, and no engine hears of it. */
  const refused = async (code: number, ...words: string[]): Promise<string> => {
    const result = await untouched(() => cluster().restow(...words));
    expect(result, words.join(' ')).toMatchObject({ code });
    return result.stderr;
  };

  /** The client with another environment, such as one that knows no coordinator. */
  const restowWith = (env: Record<string, string>, ...words: string[]): Promise<CommandResult> => {
    const { PATH = '' } = process.env;
    return runCommand([process.execPath, builtProgram('cli'), ...words], { env: { PATH, ...env } });
  };

  const oldOf = async (service: string): Promise<string[]> =>
    (await cluster().running(service)).map(({ host, Id }) => `${host} ${Id}`);

  beforeAll(async () => {
    const { ok, image } = cluster();
    await ok('tag', 'add', '-t', 'one', 'n1');
    await ok('service', 'run', '--name', 'web', '--tag', 'one', '-p', '8080:80', ...hasty, image('app:v1'));
  });

  test('bad input: what is not there is named, with what there is (1)', async () => {
    const cases: [words: string[], says: string][] = [
      [['service', 'inspect', 'nope'], 'There is no service "nope". There are: web.'],
      [['service', 'ps', 'nope'], 'There is no service "nope". There are: web.'],
      [['service', 'logs', 'nope'], 'There is no service "nope". There are: web.'],
      [['service', 'start', 'nope'], 'There is no service "nope". There are: web.'],
      [['service', 'redeploy', 'nope'], 'There is no service "nope". There are: web.'],
      [['service', 'update', '--image', 'app:v2', 'nope'], 'There is no service "nope". There are: web.'],
      [['service', 'rm', 'nope'], 'There is no service "nope". There are: web.'],
      [['plan', 'nope'], 'There is no service "nope". There are: web.'],
      [['node', 'inspect', 'n9'], 'There is no node "n9". There are: n1, n2, n3.'],
      [['node', 'cordon', 'n9'], 'There is no node "n9". There are: n1, n2, n3.'],
      [['tag', 'add', '-t', 'gpu', 'n9'], 'There is no service or node "n9". There are: n1, n2, n3.'],
      [['tag', 'rm', '-t', 'gpu', 'n9'], 'There is no service or node "n9". There are: n1, n2, n3.'],
      [['deployment', 'logs', '4711'], 'There is no deployment "4711": give its number or its whole uuid'],
      [
        ['service', 'start', 'web'],
        'web was started already; bring its newest definition with `restow service redeploy',
      ],
    ];
    const results = await untouched(async () => {
      const all: [CommandResult, string][] = [];
      for (const [words, says] of cases) all.push([await cluster().restow(...words), says]);
      return all;
    });
    for (const [result, says] of results) {
      expect(sentenceOf(result)).toContain(says);
      expect(result.code).toBe(1);
    }
  });

  test('bad input: a tag to remove that is not there changes nothing, and says so', async () => {
    const result = await cluster().restow('tag', 'rm', '-t', 'gone', 'n1');
    expect(result).toEqual({
      code: 0,
      stdout: 'n1   node   one\n',
      stderr: 'Warning: n1: it has no tag gone to remove.\n',
    });
  });

  test('bad input: a definition that cannot be meant, or is not offered, is refused by name (2), all of it at once, and none is kept', async () => {
    const create = ['service', 'create', '--name', 'bad'];
    const deployments = await cluster().ok('deployment', 'ls', '-q');
    const app = cluster().image('app:v1');
    const unread: [words: string[], says: string][] = [
      [['-t', '0'], '--target-num-containers: "0" is not a whole number'],
      [['-e', '=x'], '--env: "=x" is not NAME=VALUE'],
      [['-p', '70000:80'], '--publish: "70000:80": ports are numbers from 1 to 65535'],
      [['-p', '53:53/sctp'], '--publish: "53:53/sctp": there is no protocol sctp, only tcp and udp'],
      [['-v', 'data'], '--volume: "data" names no absolute path in the container'],
      [['--memory', 'lots'], '--memory: "lots" is not an amount of memory'],
      [['--batch', '0'], '--batch: "0" is neither all nor a whole number, 1 or more'],
    ];
    const unmeant: [words: string[], says: string][] = [
      [['--name', 'Not_A_Label'], 'name: "Not_A_Label" is not a DNS label'],
      [['-p', '81:80', '-p', '81:90'], 'ports[1].hostPort: port 81/tcp is published twice'],
      [['-v', '/a:/data', '-v', '/data'], '"/data" is mounted twice'],
      [['--tag', 'a b'], 'tags[0]: "a b" cannot be a tag'],
      [['--hostname', '-'], 'hostname: "-" is not a host name'],
      [['--min-running', '60s'], 'update.minRunningMs: an instance would have failed'],
      [['--autoredeploy'], 'autoredeploy: is not offered by this version: redeploy when'],
      [['--link', 'db:my_db'], 'links[0].alias: "my_db" cannot be an alias'],
      [['--secret', 'TOKEN'], 'secrets[0]: there is no variable "TOKEN" to be kept secret'],
      [['--stack', 'Not_A_Label'], 'stack: "Not_A_Label" is not a DNS label'],
      [['--role', 'global'], 'roles: are not offered by this version'],
    ];
    const together: [words: string[], says: string][] = [
      [['--net', 'host', '-p', '80'], 'ports[0]: with host networking'],
      [['--sequential', '--batch', '2'], 'update.batch: sequential is one slot at a time'],
      [['-t', '2', '--deployment-strategy', 'EVERY_NODE'], 'count: EVERY_NODE puts one slot'],
      [['--autodestroy', 'ALWAYS'], 'autodestroy: with autorestart ALWAYS a container that ends is started again'],
      [['--memory-swap', '1G'], 'memorySwapBytes: a limit of swap needs one of memory'],
      [['--volumes-from', 'nobody'], 'volumesFrom[0].service: there is no service nobody'],
      [['--link', 'nobody.common:x'], 'links[0].service: there is no service nobody.common to link to'],
    ];
    /** All of them in one command: each has to be said, and in lines of their own. */
    const atOnce = (...cases: [words: string[], says: string][]): [words: string[], says: string[]] => [
      ['service', 'create', ...cases.flatMap(([words]) => words), app],
      cases.map(([, says]) => says),
    ];
    const cases: [words: string[], says: string[]][] = [
      [[...create, 'UPPER:v1'], ['image: "UPPER:v1" is not an image reference']],
      [[...create, 'app:v1:v2'], ['image: "app:v1:v2" is not an image reference: the tag "v1:v2" must be']],
      [[...create, 'app v1'], ['image: "app v1" is not an image reference: it has white space in it']],
      [[...create, 'app@sha256:12'], ['image: "app@sha256:12" is not an image reference: the digest']],
      atOnce(...unmeant),
      atOnce(...together),
      // What can be read of a command line is told with what cannot.
      atOnce(...unread, ...unmeant.filter(([[flag]]) => flag !== '-p' && flag !== '-v')),
      [['service', 'update', ...unread.flatMap(([words]) => words), 'web'], unread.map(([, says]) => says)],
      [['service', 'update', '--image', 'app:v1:v2', '--redeploy', 'web'], ['"app:v1:v2" is not an image reference']],
      [['service', 'redeploy', '--timeout', 'soon', 'web'], ['--timeout: "soon" is not a duration']],
      [['service', 'redeploy', '--order', 'sideways', 'web'], ["argument 'sideways' is invalid. Allowed choices are"]],
      [['service', 'redeploy', '--frob', 'web'], ["unknown option '--frob'"]],
      [['service', 'redeploy'], ["missing required argument 'service'"]],
      [['service', 'frob'], ["unknown command 'frob'"]],
      [['tag', 'add', '-t', 'a b', 'n1'], ['"a b" cannot be a tag']],
    ];
    const results = await untouched(async () => {
      const all: [CommandResult, string[]][] = [];
      for (const [words, says] of cases) all.push([await cluster().restow(...words), says]);
      return all;
    });
    for (const [{ code, stdout, stderr }, says] of results) {
      for (const each of says) expect(stderr).toContain(each);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
    expect(await cluster().ok('service', 'ls', '-q')).toBe('web');
    expect(await cluster().ok('deployment', 'ls', '-q')).toBe(deployments);
    const taken = await cluster().restow('service', 'create', '--name', 'web', app);
    expect(sentenceOf(taken)).toMatch(/^restow: A service named web exists already/);
    expect(taken.code).toBe(1);
  });

  test('bad input: every field of a definition as another type than it has: each is refused by its field, and so are all', async () => {
    const { coordinator } = cluster().lab;
    const token = (await readFile(coordinator!.tokenFile, 'utf8')).trim();
    const { CreateService } = loadRestow().Restow.service;
    const send = (definition: Uint8Array) =>
      rawCall({ address: coordinator!.address, token }, CreateService.path, createRequest('bad', definition));
    const wrong = miswritten('restow.v1.ServiceDefinition');
    const log = await readFile(cluster().lab.log('coordinator'), 'utf8');
    await untouched(async () => {
      for (const { path, bytes } of wrong)
        expect(await send(bytes), path).toMatchObject({
          code: status.INVALID_ARGUMENT,
          problems: [{ field: `definition.${path}` }],
        });
      const { code, problems } = await send(Buffer.concat(wrong.map(({ bytes }) => bytes)));
      expect([code, problems.length > 20]).toEqual([status.INVALID_ARGUMENT, true]);
    });
    expect(await cluster().ok('service', 'ls', '-q')).toBe('web');
    // Nothing broke over it either.
    expect(await readFile(cluster().lab.log('coordinator'), 'utf8')).toBe(log);
  });

  test('bad input: the name of a volume that a foreign container has is refused with who has it (4), and free again it is had', async () => {
    const { ok, lab, running, image, restow } = cluster();
    const words = ['run', '-d', '--name', 'stranger', '--network', 'none', '-v', 'theirs-1:/x', image('app:v1')];
    await lab.docker('n1', ...words);
    const before = await oldOf('web');
    await ok('service', 'update', '-v', 'theirs:/data', 'web');
    const says = "volume theirs-1 of n1 is not Restow's, used by stranger";
    expect(await untouched(() => restow('plan', 'web'))).toMatchObject({
      code: 4,
      stdout: expect.stringContaining(says),
    });
    expect(await refused(4, 'service', 'redeploy', 'web')).toContain(says);
    expect(await oldOf('web')).toEqual(before);
    await lab.docker('n1', 'rm', '-f', 'stranger');
    await lab.docker('n1', 'volume', 'rm', 'theirs-1');
    await ok('service', 'redeploy', 'web');
    expect((await running('web'))[0]!.Mounts).toMatchObject([{ Name: 'theirs-1', Destination: '/data' }]);
    await ok('service', 'update', '-v', '', '--redeploy', 'web');
  });

  test('bad input: start-first beside what forbids it is refused by name (2), and not kept', async () => {
    const { ok, image } = cluster();
    const asked = ['service', 'create', '--name', 'first', '--order', 'start-first'];
    for (const [flags, why] of [
      [['-v', '/data'], 'volume /data is exclusive'],
      [['-v', '/srv/kept:/data'], 'host path /srv/kept is exclusive'],
      [['--volumes-from', 'web'], 'it writes to the volumes of web'],
      [['--net', 'host'], 'with host networking'],
      [['--mac-address', '02:99:00:00:00:01'], 'two instances cannot both have the MAC'],
    ] as const) {
      const says = await refused(2, ...asked, ...flags, image('app:v1'));
      expect(says).toContain('start-first cannot be had');
      expect(says).toContain(why);
    }
    expect(await ok('service', 'ls', '-q')).toBe('web');
    // The control: by itself it can be had.
    await ok(...asked, image('app:v1'));
    await ok('service', 'rm', 'first');
  });

  test('TAG-04: a tag on no node is warned of, and refused with every node and what it lacks (4); with the tag it runs', async () => {
    const { restow, ok, json, running, image } = cluster();
    const created = await restow(
      'service',
      'create',
      '--name',
      'tagged',
      '--tag',
      'gpu',
      '-v',
      '/data',
      ...hasty,
      image('app:v1'),
    );
    expect(created).toMatchObject({ code: 0, stderr: expect.stringContaining('no node carries the tag gpu.') });

    const planned = await untouched(() => restow('plan', 'tagged'));
    expect(planned.code).toBe(4);
    expect(planned.stdout).toContain('No node for tagged-1: n1 lacks tag gpu; n2 lacks tag gpu; n3 lacks tag gpu.');
    expect(planned.stdout).toContain('restow tag add -t gpu n2');
    const refusal = await refused(4, 'service', 'start', 'tagged');
    expect(refusal).toContain('No node for tagged-1: n1 lacks tag gpu; n2 lacks tag gpu; n3 lacks tag gpu.');
    expect(refusal).toContain('way out: restow tag add -t gpu n2');
    expect((await json<{ serviceName: string }[]>('volume', 'ls')).map(({ serviceName }) => serviceName)).not.toContain(
      'tagged',
    );

    await ok('tag', 'add', '-t', 'gpu', 'n2');
    await ok('service', 'start', 'tagged');
    expect((await running('tagged')).map(({ host }) => host)).toEqual(['n2']);
    await ok('service', 'rm', 'tagged');
  });

  test('bad input: an image that is not there, or whose registry is not, is refused (1) and the old one runs on', async () => {
    const { ok, lab, image } = cluster();
    const [, machine] = /^(.*):\d+$/.exec(lab.registry.address) ?? [];
    const before = await oldOf('web');
    for (const [reference, says] of [
      [image('app:v99'), `Registry ${lab.registry.address} has no image ${image('app:v99')}: check name and tag`],
      [image('nobody:v1'), `Registry ${lab.registry.address} has no image ${image('nobody:v1')}: check name and tag`],
      [`${machine}:9/app:v1`, `Registry ${machine}:9 cannot be reached for image ${machine}:9/app:v1`],
    ] as const) {
      await ok('service', 'update', '--image', reference, 'web');
      const said = await refused(1, 'service', 'redeploy', 'web');
      expect(said).toContain(says);
      expect(said).toContain('nothing that runs was touched');
    }
    await ok('service', 'update', '--image', image('app:v1'), 'web');
    expect(await oldOf('web')).toEqual(before);
  });

  test('bad input: an image larger than the disk is refused at the pull (1), naming node and cure, and the old one runs on; with room it goes through', async () => {
    const { lab, ok, restow, running, ask } = cluster();
    const { address } = lab.registry;
    await pushImage(
      address,
      'large',
      'v1',
      sampleApp('large', { layers: [[{ path: 'x', content: randomBytes(2e6) }]] }),
    );
    await ok('service', 'update', '--image', `${address}/large:v1`, 'web');
    const before = await oldOf('web');
    // Where the engine keeps what it pulls until it is whole.
    const downloads = join(labPlace(lab.dir).hostDir('n1'), 'docker/tmp');
    await lab.exec('n1', ['mount', '-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', downloads]);
    try {
      const said = await refused(1, 'service', 'redeploy', 'web');
      expect(said).toMatch(
        /web-1 on n1, pull-image: No space left on this node .*no space left on device.*: free some/,
      );
      expect(said).toContain('nothing that runs was touched');
      expect(await oldOf('web')).toEqual(before);
      expect(await ask('n2', 'http://n1:8080/')).toBe('v1');
      const [{ steps }] = JSON.parse((await restow('deployment', 'ls', '-o', 'json')).stdout) as [{ steps: unknown[] }];
      expect(steps.at(-1)).toMatchObject({ name: 'pull-image', nodeName: 'n1', state: 'failed' });
    } finally {
      await lab.exec('n1', ['umount', downloads]);
    }
    await ok('service', 'redeploy', 'web');
    expect((await running('web')).map(({ Config }) => Config.Image)).toEqual([
      expect.stringContaining('/large@sha256:'),
    ]);
    expect(await ask('n2', 'http://n1:8080/')).toBe('large');
  });

  describe('bad input, PRT-03: a port that is held is refused with its holder (4), and free again it is had:', () => {
    beforeAll(async () => {
      const { ok, image } = cluster();
      await ok('service', 'run', '--name', 'other', '--tag', 'one', '-p', '8082:80', ...hasty, image('app:v1'));
    });

    const holders = [
      {
        holder: 'a program of the node',
        port: 8081,
        hold: async () => {
          const { lab } = cluster();
          const listen = 'busybox nc -ll -p 8081 -e cat >/dev/null 2>&1 & echo $!';
          const pid = (await lab.exec('n1', ['sh', '-c', listen])).stdout.trim();
          const connects = async () =>
            expect(await lab.exec('n1', ['sh', '-c', 'busybox nc 127.0.0.1 8081 </dev/null'])).toMatchObject({
              code: 0,
            });
          await vi.waitFor(connects, 5_000);
          return { name: `pid ${pid} (busybox)`, letGo: () => lab.exec('n1', ['sh', '-c', `kill ${pid}`]) };
        },
      },
      {
        holder: 'a slot of another service',
        port: 8082,
        hold: async () => ({ name: 'other-1', letGo: () => cluster().ok('service', 'rm', 'other') }),
      },
      {
        holder: 'a container that is not ours',
        port: 8083,
        hold: async () => {
          const { lab, image } = cluster();
          await lab.docker('n1', 'run', '-d', '--name', 'foreign', '-p', '8083:80', image('app:v1'));
          return { name: 'container foreign', letGo: () => lab.docker('n1', 'rm', '-f', 'foreign') };
        },
      },
    ];

    test.each(holders)('$holder', async ({ port, hold }) => {
      const { ok, restow, ask } = cluster();
      const { name, letGo } = await hold();
      const before = await oldOf('web');
      await ok('service', 'update', '-p', `${port}:80`, 'web');
      const says = `No node for web-1: port ${port} of n1 is held by ${name}; n2 lacks tag one; n3 lacks tag one.`;
      const planned = await untouched(() => restow('plan', 'web'));
      expect(planned).toMatchObject({ code: 4, stdout: expect.stringContaining(says) });
      const refusal = await refused(4, 'service', 'redeploy', 'web');
      expect(refusal).toContain(says);
      expect(refusal).toContain(`way out: free port ${port} of n1 (${name} holds it), or publish another`);
      expect(await oldOf('web')).toEqual(before);

      await letGo();
      await ok('service', 'redeploy', 'web');
      expect(await ask('n2', `http://n1:${port}/`)).toBe('large');
    });
  });

  test('bad input: --timeout ends the waiting (5) and --no-queue does not wait (6); the deployment goes on to its end', async () => {
    const { ok, restow, running, json } = cluster();
    await ok('service', 'update', '--min-running', '3s', 'web');
    const before = await oldOf('web');
    const late = await restow('service', 'redeploy', '--timeout', '1s', 'web');
    expect(late.code).toBe(5);
    const [, number = ''] =
      /Not done after 1s\. Deployment (\d+) goes on; look again with `restow deployment watch \1`\./.exec(
        late.stderr,
      ) ?? [late.stderr];
    const busy = await restow('service', 'redeploy', '--no-queue', 'web');
    expect(sentenceOf(busy)).toContain(`deployment ${number}`);
    expect(busy.code).toBe(6);
    expect(await ok('deployment', 'ls', '-q')).toMatch(new RegExp(`^${number}\n`));

    await ok('deployment', 'watch', number);
    const after = await running('web');
    expect(after).toHaveLength(1);
    expect(await oldOf('web')).not.toEqual(before);
    const [newest] = await json<{ number: number; state: string }[]>('deployment', 'ls');
    expect(newest).toMatchObject({ number: Number(number), state: 'succeeded' });
    await ok('service', 'update', '--min-running', '200ms', 'web');
  });

  test('bad input: a client with a wrong token (7), without one (7), and with nobody where it looks (1)', async () => {
    const { coordinator } = cluster().lab;
    const RESTOW_HOST = coordinator!.address;
    const wrong = await restowWith({ RESTOW_HOST, RESTOW_TOKEN: 'wrong' }, 'service', 'rm', 'web');
    expect(wrong.code).toBe(7);
    expect(sentenceOf(wrong)).toMatch(
      /The token is not this coordinator's\. .* The token given came from RESTOW_TOKEN\.$/,
    );
    const none = await restowWith({ RESTOW_HOST }, 'service', 'rm', 'web');
    expect(none.code).toBe(7);
    expect(sentenceOf(none)).toContain('no token is given: set RESTOW_TOKEN or RESTOW_TOKEN_FILE');
    const nobody = await restowWith({ RESTOW_HOST: '127.0.0.1:9', RESTOW_TOKEN: 'any' }, 'service', 'ls');
    expect(nobody.code).toBe(1);
    expect(sentenceOf(nobody)).toContain('No coordinator answers at 127.0.0.1:9: start it (`./restow up`)');
    const nowhere = await restowWith({ RESTOW_DATA: join(tmpdir(), 'restow-nothing-here') }, 'service', 'ls');
    expect(nowhere.code).toBe(1);
    expect(sentenceOf(nowhere)).toContain('No coordinator is known');
    expect(await oldOf('web')).toHaveLength(1);
  });

  test('bad input: a second lab in the same directory is refused (1), and the first stands', async () => {
    const { lab } = cluster();
    const state = await readFile(labPlace(lab.dir).stateFile, 'utf8');
    const main = join(checkout, 'packages/lab/dist/main.js');
    const env = { ...process.env, RESTOW_LAB_DIR: lab.dir };
    const second = await untouched(() => runCommand([process.execPath, main, 'lab', 'up'], { env }));
    expect(second.code).toBe(1);
    expect(sentenceOf(second)).toMatch(/^restow: A lab of 3 hosts is up in .* take it away first with `lab down`\.$/);
    expect(await readFile(labPlace(lab.dir).stateFile, 'utf8')).toBe(state);
  });

  test('bad input: a second coordinator on the same data is refused (6), and one at an address in use (1)', async () => {
    const { dir, coordinator } = cluster().lab;
    const own = await mkdtemp(join(tmpdir(), 'restow-coordinator-'));
    const start = (...words: string[]) => runCommand([process.execPath, builtProgram('coordinator'), ...words]);
    try {
      const second = await start('--data', labPlace(dir).coordinatorDir, '--listen', '127.0.0.1:0');
      expect(second.code).toBe(6);
      expect(sentenceOf(second)).toContain('A coordinator runs on');
      const inUse = await start('--data', own, '--listen', coordinator!.address);
      expect(inUse.code).toBe(1);
      expect(inUse.stderr).toMatch(/Nothing can listen at .*; choose another place with --listen, or end what listens/);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  });

  describe('bad input: an agent', () => {
    let dir: string;
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'restow-agent-'));
      await writeFile(join(dir, 'wrong-token'), 'wrong\n');
    });
    afterAll(() => rm(dir, { recursive: true, force: true }));

    const nodes = async () =>
      (await cluster().json<{ id: string; name: string; state: string }[]>('node', 'ls')).map(
        ({ id, name }) => `${name} ${id}`,
      );

    /** Runs an agent in a host until it gives up; it must neither touch the engine nor become a node. */
    const agentIn = async (host: string, ...words: string[]): Promise<{ code: number; says: string }> => {
      const { lab } = cluster();
      const { address, tokenFile } = lab.coordinator!;
      const before = await nodes();
      const given = ['--coordinator', address, '--token-file', tokenFile, '--data', join(dir, 'data'), '--name', 'n9'];
      const result = await untouched(() =>
        lab.exec(host, [process.execPath, builtProgram('agent'), ...given, ...words], { deadlineMs: 20_000 }),
      );
      expect(await nodes()).toEqual(before);
      return { code: result.code, says: sentenceOf(result) };
    };

    test('whose engine is not there says so and ends (1)', async () => {
      const { code, says } = await agentIn('n3', '--docker-socket', '/run/nobody.sock');
      expect(code).toBe(1);
      expect(says).toMatch(/^No Docker Engine answers at \/run\/nobody\.sock: start it .* with --docker-socket\.$/);
    });

    test('beside another on the same engine is refused (1), and the other goes on', async () => {
      const { code, says } = await agentIn('n3');
      expect(code).toBe(1);
      expect(says).toMatch(/^Another agent works with this engine \(.*\); stop it first, one is enough\.$/);
      const [node] = await cluster().json<{ unreachableSince: number | null }[]>('node', 'inspect', 'n3');
      expect(node!.unreachableSince).toBeNull();
    });

    describe('on an engine of its own', () => {
      beforeAll(() => cluster().lab.stopAgent('n3'));
      afterAll(async () => {
        await cluster().lab.startAgent('n3');
      });

      test('with a wrong token is not let in (7)', async () => {
        const { code, says } = await agentIn('n3', '--token-file', join(dir, 'wrong-token'));
        expect(code).toBe(7);
        expect(says).toMatch(
          /^The token is not this coordinator's\. .* copy it, and name the copy with --token-file\.$/,
        );
      });

      test('under a name that another node has is refused, with that node and the ways out (1)', async () => {
        const { code, says } = await agentIn('n3', '--name', 'n2');
        expect(code).toBe(1);
        expect(says).toMatch(
          /^Another node is named n2 \(id [0-9a-f-]{36}\)\. Start this agent with another --name; if it is/,
        );
      });
    });

    test('with settings that mean nothing ends at once, all of them named (2)', async () => {
      const env = { PATH: process.env.PATH };
      const run = (...words: string[]) => runCommand([process.execPath, builtProgram('agent'), ...words], { env });
      const settings = await run('--coordinator', 'there', '--name', 'N_9', '--data', dir);
      expect(settings.code).toBe(2);
      for (const field of ['--coordinator: "there"', '--token-file: is missing', '--name: "n_9"'].map((name) =>
        name.toLowerCase(),
      ))
        expect(settings.stderr.toLowerCase()).toContain(field);
      const flag = await run('--frob');
      expect(flag).toMatchObject({ code: 2, stderr: expect.stringContaining("Unknown option '--frob'") });
    });

    test('of another version of the protocol is told both versions (FAILED_PRECONDITION); of this version it is let in as far as its name', async () => {
      const { address, tokenFile } = cluster().lab.coordinator!;
      const token = (await readFile(tokenFile, 'utf8')).trim();
      const before = await nodes();
      const hello = async (version: number): Promise<{ code: number; details: string }> => {
        const client = new (loadRestow().AgentSession)(address, channelCredentials(), clientOptions);
        const call = client.attach(bearer(token));
        call.on('data', () => undefined);
        call.write({
          hello: { protocolVersion: version, nodeId: randomUUID(), nodeName: 'n1', facts: {}, engine: {} },
        });
        const [error] = (await once(call, 'error', { signal: AbortSignal.timeout(10_000) }).finally(() =>
          client.close(),
        )) as [{ code: number; details: string }];
        return { code: error.code, details: error.details };
      };
      const other = await hello(999);
      expect(other.code).toBe(status.FAILED_PRECONDITION);
      expect(other.details).toBe(
        `This agent speaks version 999 of the session's protocol, the coordinator version ${protocolVersion}. Both must be the same: upgrade the coordinator.`,
      );
      expect((await hello(0)).details).toContain('upgrade the agent.');
      expect(await hello(protocolVersion)).toMatchObject({
        code: status.ALREADY_EXISTS,
        details: expect.stringMatching(/^Another node is named n1/),
      });
      expect(await nodes()).toEqual(before);
    });
  });
});
