import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { RestowError } from '@restow/shared/base/errors';
import { nodeViewToWire, tagsViewToWire, volumeViewToWire } from '@restow/shared/rpc/wire-cluster';
import { deploymentToWire } from '@restow/shared/rpc/wire-deployment';
import { deploymentLogEntryToWire, logLineToWire } from '@restow/shared/rpc/wire-logs';
import { serviceViewToWire } from '@restow/shared/rpc/wire-service-view';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CannedCoordinator, startCannedCoordinator } from '../lib/canned-coordinator.ts';
import { ctrlC, runCli } from '../lib/run-cli.ts';
import { aDeployment, aLine, aNode, aService, aSlot, aStep, aVolume, start } from '../lib/views.ts';

let coordinator: CannedCoordinator;
beforeEach(async () => {
  coordinator = await startCannedCoordinator();
});
afterEach(() => coordinator[Symbol.asyncDispose]());

const notFound = (what: string) => new RestowError('not-found', `There is no ${what}.`);

describe('defining', () => {
  test('create prints the uuid and says that nothing runs', async () => {
    coordinator.answers.CreateService = () => serviceViewToWire(aService());
    const run = await runCli(coordinator, [
      'service',
      'create',
      'registry:5000/team/web:v1',
      '-p',
      '8080:80',
      '--sync',
    ]);
    expect(run).toEqual({
      code: 0,
      out: `${aService().id}\n`,
      err: 'web is defined; nothing runs until `restow service start web`.\n',
    });
    expect(coordinator.asked[0]!.request).toMatchObject({
      name: 'web',
      definition: { image: 'registry:5000/team/web:v1', ports: [{ hostPort: 8080, containerPort: 80 }] },
    });
  });

  test('all that the coordinator refuses is shown at once, exit 2', async () => {
    coordinator.answers.CreateService = () => {
      throw new RestowError('invalid', 'Service "Web" was refused; nothing was changed.', {
        problems: [
          { field: 'name', message: '"Web" is not a DNS label' },
          { field: 'volumes[0].path', message: 'a volume cannot be mounted at "/"' },
        ],
      });
    };
    expect(await runCli(coordinator, ['service', 'create', 'app:v1', '-n', 'Web', '-v', '/'])).toEqual({
      code: 2,
      out: '',
      err: `restow: Service "Web" was refused; nothing was changed.
  name: "Web" is not a DNS label
  volumes[0].path: a volume cannot be mounted at "/"
`,
    });
  });

  test('update changes what the flags say and nothing else', async () => {
    const before = aService({ version: 3 });
    coordinator.answers.GetService = () => serviceViewToWire(before);
    coordinator.answers.UpdateService = ({ definition }) => ({
      ...serviceViewToWire({ ...before, pending: ['env'], synchronized: false }),
      definition: definition as object,
    });
    const run = await runCli(coordinator, ['service', 'set', 'web', '-e', 'LOG=debug']);
    expect(run).toEqual({
      code: 0,
      out: `${before.id}\n`,
      err: 'web: environment: LOG added\nweb runs as before until `restow service redeploy web`.\n',
    });
    expect(coordinator.asked[1]!.request).toMatchObject({
      ifVersion: 3,
      definition: { image: before.definition.image, count: 2, env: { LOG: 'debug' }, ports: [{ hostPort: 8080 }] },
    });
  });

  test('update without a flag is wrong usage and asks nothing', async () => {
    const run = await runCli(coordinator, ['service', 'update', 'web', '-o', 'json']);
    expect(run.code).toBe(2);
    expect(run.err).toContain('Nothing to change');
    expect(coordinator.asked).toEqual([]);
  });
});

describe('looking', () => {
  test('service ls: the note on what is out of step stands on stderr', async () => {
    const services = [aService(), aService({ name: 'db', synchronized: false })];
    coordinator.answers.ListServices = () => ({ services: services.map(serviceViewToWire) });
    const table = await runCli(coordinator, ['service', 'ls']);
    expect(table.out).toContain('db     Running (*)');
    expect(table.err).toMatch(/^\(\*\) does not run as it is defined now/);
    const json = await runCli(coordinator, ['service', 'ls', '-o', 'json']);
    expect(JSON.parse(json.out)).toEqual(services);
    expect(json.err).toBe('');
    expect(await runCli(coordinator, ['service', 'ls', '-q'])).toEqual({ code: 0, out: 'web\ndb\n', err: '' });
  });

  test('service ps of several, one of which is not there', async () => {
    coordinator.answers.GetService = ({ service }) => {
      if (service !== 'web') throw notFound(`service "${service}"`);
      return serviceViewToWire(aService({ slots: [aSlot(1, { synchronized: false })] }));
    };
    const run = await runCli(coordinator, ['service', 'ps', 'nope', 'web']);
    expect(run.code).toBe(1);
    expect(run.out).toContain('web-1   n1     10.7.0.1   running (*)');
    expect(run.err).toMatch(/^restow: There is no service "nope".\n\(\*\) does not run/);
    expect((await runCli(coordinator, ['service', 'ps', 'nope'])).out).toBe('');
  });

  test('inspect: for people, and whole for programs', async () => {
    const running = { ...aService().definition, image: 'registry:5000/app:v0' };
    const marked = aService({ pending: ['image', 'user'], running, synchronized: false });
    coordinator.answers.GetService = () => serviceViewToWire(marked);
    coordinator.answers.GetNode = () => nodeViewToWire(aNode());
    coordinator.answers.GetDeployment = () => deploymentToWire(aDeployment({ steps: [aStep(1, 'take')] }));
    expect((await runCli(coordinator, ['service', 'inspect', 'web'])).out).toContain(
      `
to redeploy
  image: registry:5000/app:v0 -> registry:5000/app:v1
  user: not in every slot as it is defined
`,
    );
    expect((await runCli(coordinator, ['node', 'inspect', 'n1'])).out).toContain('engine      20.10.24, API 1.41');
    const text = (await runCli(coordinator, ['deployment', 'inspect', '7'])).out;
    expect(text).toContain('deployment 7   redeploy of web   succeeded');
    expect(text).toContain('web-1  n1  take               done');
    const json = await runCli(coordinator, ['service', 'inspect', 'web', '-o', 'json']);
    expect(JSON.parse(json.out)).toEqual([marked]);
  });

  test('nodes, volumes, deployments', async () => {
    coordinator.answers.ListNodes = () => ({ nodes: [nodeViewToWire(aNode())] });
    coordinator.answers.ListVolumes = () => ({ volumes: [volumeViewToWire(aVolume())] });
    coordinator.answers.ListDeployments = () => ({ deployments: [deploymentToWire(aDeployment())] });
    expect((await runCli(coordinator, ['node', 'ls'])).out).toContain('n1     ready');
    expect((await runCli(coordinator, ['volume', 'ls', '-q'])).out).toBe(`${aVolume().id}\n`);
    expect((await runCli(coordinator, ['deployment', 'ls', 'web', '-l', '3'])).out).toContain('succeeded');
    expect(coordinator.asked.at(-1)!.request).toEqual({ service: 'web', limit: 3 });
  });

  test('deployments of several services in one list, the newest first', async () => {
    const numbers: Record<string, number[]> = { web: [9, 4], db: [7, 5] };
    coordinator.answers.ListDeployments = ({ service }) => ({
      deployments: numbers[service]!.map((number) => deploymentToWire(aDeployment({ number, serviceName: service }))),
    });
    const run = await runCli(coordinator, ['deployment', 'ls', 'web', 'db', '-l', '3', '-q']);
    expect(run).toEqual({ code: 0, out: '9\n7\n5\n', err: '' });
  });

  test('version of both sides; a difference is pointed out', async () => {
    coordinator.answers.GetServer = () => ({ version: '9.9.9', clusterId: 'c', epoch: 2 });
    const run = await runCli(coordinator, ['version']);
    expect(run.out).toMatch(
      /^client {7}\d+\.\d+\.\d+\ncoordinator {2}9\.9\.9 at 127\.0\.0\.1:\d+, cluster c, epoch 2\n$/,
    );
    expect(run.err).toContain('differ');
  });
});

describe('nodes and tags', () => {
  test('cordon says what it means', async () => {
    coordinator.answers.SetNodeAvailability = ({ node, availability }) =>
      nodeViewToWire(aNode(1, { name: node, availability: availability as 'active' }));
    expect(await runCli(coordinator, ['node', 'cordon', 'n1', 'n2'])).toEqual({
      code: 0,
      out: 'n1\nn2\n',
      err: `n1 is cordoned: what runs there goes on, the next redeploy places nothing there.
n2 is cordoned: what runs there goes on, the next redeploy places nothing there.
`,
    });
    await runCli(coordinator, ['node', 'uncordon', 'n1']);
    expect(coordinator.asked.at(-1)!.request).toEqual({ node: 'n1', availability: 'active' });
  });

  test('several tags on several targets; a tag on no node is warned of', async () => {
    coordinator.answers.ChangeTags = ({ target, add }) =>
      tagsViewToWire({
        kind: target === 'web' ? 'service' : 'node',
        name: target,
        tags: add,
        warnings: target === 'web' ? ['no node carries the tag gpu'] : [],
      });
    expect(await runCli(coordinator, ['tag', 'add', '-t', 'gpu', '-t', 'prod', 'web', 'n1'])).toEqual({
      code: 0,
      out: 'web   service   gpu, prod\nn1    node      gpu, prod\n',
      err: 'Warning: web: no node carries the tag gpu.\nThe tags of web take effect with its next redeploy.\n',
    });
    await runCli(coordinator, ['tag', 'rm', '-t', 'gpu', 'n1']);
    expect(coordinator.asked.at(-1)!.request).toEqual({ target: 'n1', add: [], remove: ['gpu'] });
  });

  test('tag ls looks at a service first, then at a node', async () => {
    coordinator.answers.GetService = ({ service }) => {
      throw notFound(`service "${service}"`);
    };
    coordinator.answers.GetNode = () => nodeViewToWire(aNode(1, { tags: ['gpu', 'prod'] }));
    expect((await runCli(coordinator, ['tag', 'ls', 'n1'])).out).toBe('n1   node   gpu, prod\n');
  });
});

describe('-q says nothing but what is asked for', () => {
  test.each<[argv: string[], out: string]>([
    [['service', 'create', 'app:v1', '-n', 'web', '--tag', 'gpu', '-q'], `${aService().id}\n`],
    [['service', 'update', 'web', '--image', 'app:v2', '-q'], `${aService().id}\n`],
    [['service', 'ls', '-q'], 'web\n'],
    [['service', 'ps', '-q'], 'web-1\nweb-2\n'],
    [['node', 'ls', '-q'], 'n1\n'],
    [['node', 'cordon', 'n1', '-q'], 'n1\n'],
    [['tag', 'add', '-t', 'gpu', 'web', '-q'], 'web\n'],
    [['tag', 'ls', '-q'], 'prod\n'],
    [['deployment', 'ls', '-q'], '7\n'],
    [['volume', 'ls', '-q'], `${aVolume().id}\n`],
  ])('%j', async (argv, out) => {
    const service = serviceViewToWire(aService({ synchronized: false, pending: ['image'] }));
    const node = nodeViewToWire(aNode());
    Object.assign(coordinator.answers, {
      CreateService: () => service,
      GetService: () => service,
      UpdateService: () => service,
      ListServices: () => ({ services: [service] }),
      ListNodes: () => ({ nodes: [node] }),
      SetNodeAvailability: () => node,
      ChangeTags: () => tagsViewToWire({ kind: 'service', name: 'web', tags: ['gpu'], warnings: ['no node has it'] }),
      ListDeployments: () => ({ deployments: [deploymentToWire(aDeployment())] }),
      ListVolumes: () => ({ volumes: [volumeViewToWire(aVolume())] }),
    });
    expect(await runCli(coordinator, argv)).toEqual({ code: 0, out, err: '' });
  });
});

describe('volumes', () => {
  const measured = aVolume({ state: 'detached', mountName: 'files', bytes: 1.5 * 2 ** 30, users: ['backup'] });
  beforeEach(() => {
    coordinator.answers.GetVolume = () => volumeViewToWire(measured);
    coordinator.answers.PurgeVolume = () => volumeViewToWire(measured);
  });
  const purged = () => coordinator.asked.filter(({ call }) => call === 'PurgeVolume').map(({ request }) => request);

  test('ls --size asks the nodes; without it nobody is asked', async () => {
    coordinator.answers.ListVolumes = ({ measure }) => ({
      volumes: [measure ? measured : aVolume(), aVolume({ unmeasured: 'n1 does not answer' })].map(volumeViewToWire),
    });
    const sized = (await runCli(coordinator, ['volume', 'ls', '--size'])).out;
    expect(sized).toMatch(/SIZE +MOUNTED BY/);
    expect(sized).toMatch(/detached +1\.5 GiB +backup/);
    expect(sized).toContain('not known: n1 does not answer');
    expect((await runCli(coordinator, ['volume', 'ls'])).out).not.toContain('SIZE');
    expect(coordinator.asked.map(({ request }) => request)).toEqual([{ measure: true }, { measure: false }]);
  });

  test('inspect: whose it is, how large, who mounts it', async () => {
    expect((await runCli(coordinator, ['volume', 'inspect', 'restow-web-1-data'])).out).toBe(
      `restow-web-1-data   detached
  id           ${measured.id}
  node         n1
  slot         web-1 of web
  path         /data
  defined as   files
  size         1.5 GiB
  mounted by   backup
  created      2026-01-02 03:04:05Z
`,
    );
  });

  test('purge shows it and deletes it once its name was typed', async () => {
    const run = await runCli(coordinator, ['volume', 'purge', measured.id], { answers: [`${measured.name}\n`] });
    expect(run).toMatchObject({ code: 0, out: 'restow-web-1-data on n1 is deleted\n' });
    expect(run.err).toMatch(/^restow-web-1-data {3}detached\n[\s\S]*Type its name to delete it with all its data/);
    expect(purged()).toEqual([{ volume: measured.id, confirm: 'restow-web-1-data' }]);
  });

  test('purge deletes nothing when another name was typed, or none', async () => {
    for (const answer of ['yes', '', 'restow-web-1-dat']) {
      const run = await runCli(coordinator, ['volume', 'purge', measured.name], { answers: [answer] });
      expect(run).toMatchObject({ code: 1, out: '' });
      expect(run.err).toContain('was not deleted: that was not its name.');
    }
    expect(purged()).toEqual([]);
  });

  test('purge does not ask where nobody is, and deletes nothing unless --confirm repeats its name', async () => {
    const run = await runCli(coordinator, ['volume', 'purge', measured.name]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain('there is no terminal to type it at. Repeat it with --confirm where that is meant.');
    expect(purged()).toEqual([]);
    expect((await runCli(coordinator, ['volume', 'purge', measured.name, '--confirm', measured.name, '-q'])).out).toBe(
      `${measured.name}\n`,
    );
    expect(purged()).toHaveLength(1);
  });
});

describe('logs', () => {
  test('lines with their slots, broken ones put together, a gap shown as one', async () => {
    coordinator.answers.ServiceLogs = () =>
      [
        aLine('tick '),
        aLine('a', { partial: true }),
        aLine('tock', { slotName: 'web-2', instanceId: 'other' }),
        aLine('b'),
        aLine('lines were rotated away', { stream: 'gap' }),
      ].map(logLineToWire);
    const run = await runCli(coordinator, ['service', 'logs', 'web', '--slot', '2', '--since', '10m', '--tail', '100']);
    expect(run).toEqual({
      code: 0,
      out: 'web-1 | tick \nweb-2 | tock\nweb-1 | ab\nweb-1 ~ lines were rotated away\n',
      err: '',
    });
    expect(coordinator.asked[0]!.request).toEqual({
      service: 'web',
      follow: false,
      slot: 2,
      since: start + 200_000 - 600_000,
      tail: 100,
    });
  });

  test('-f of several is read side by side, until Ctrl-C', async () => {
    const both = Promise.withResolvers<void>();
    coordinator.answers.ServiceLogs = async function* ({ service }, hungUp) {
      if (coordinator.asked.length === 2) both.resolve();
      await both.promise;
      yield logLineToWire(aLine('tick', { slotName: `${service}-1` }));
      await new Promise((resolve) => hungUp.addEventListener('abort', resolve));
    };
    const interruption = new AbortController();
    let lines = 0;
    const run = await runCli(coordinator, ['service', 'logs', '-f', 'web', 'db'], {
      interrupted: interruption.signal,
      onOut: () => {
        if (++lines === 2) interruption.abort(ctrlC());
      },
    });
    expect(run.code).toBe(130);
    expect(run.out.split('\n').sort()).toEqual(['', 'db-1 | tick', 'web-1 | tick']);
  });

  test('that NATS is away is said on stderr, and is no line of output', async () => {
    const away = 'NATS does not answer: what is written now waits on the nodes and comes when it is back.';
    const notice = logLineToWire({ ...aLine(away), slotName: '', seq: 0, stream: 'notice' });
    coordinator.answers.ServiceLogs = () => [logLineToWire(aLine('tick')), notice, logLineToWire(aLine('tock'))];
    coordinator.answers.DeploymentLogs = () => [{ line: notice }, { line: logLineToWire(aLine('tick')) }];
    expect(await runCli(coordinator, ['service', 'logs', '-f', 'web'])).toEqual({
      code: 0,
      out: 'web-1 | tick\nweb-1 | tock\n',
      err: `web: ${away}\n`,
    });
    expect(await runCli(coordinator, ['deployment', 'logs', '-f', '7'])).toMatchObject({
      out: 'web-1 | tick\n',
      err: `${away}\n`,
    });
    const json = await runCli(coordinator, ['service', 'logs', '-f', 'web', '-o', 'json']);
    expect(json.out.trim().split('\n')).toHaveLength(2);
  });

  test('of a deployment: steps and output together', async () => {
    coordinator.answers.DeploymentLogs = () =>
      [
        { kind: 'step' as const, step: aStep(1, 'take', { detail: 'started' }) },
        { kind: 'line' as const, line: aLine('boom', { stream: 'stderr' }) },
      ].map(deploymentLogEntryToWire);
    expect((await runCli(coordinator, ['deployment', 'logs', '7'])).out).toBe(
      '* web-1  n1  take               started\nweb-1 | boom\n',
    );
  });

  test('wrong flags are all named', async () => {
    const run = await runCli(coordinator, ['service', 'logs', 'web', '--slot', 'x', '--tail', '0', '--since', 'then']);
    expect(run.code).toBe(2);
    expect(run.err.match(/^ {2}--(slot|since|tail): /gm)).toHaveLength(3);
  });
});

describe('errors', () => {
  test('a wrong token is exit 7 and says where it came from', async () => {
    const run = await runCli({ ...coordinator, token: 'wrong' }, ['service', 'ls']);
    expect(run).toEqual({
      code: 7,
      out: '',
      err: 'restow: The token is not the one of this coordinator. The token given came from RESTOW_TOKEN.\n',
    });
  });

  test('nobody there is one sentence with what to do', async () => {
    const { address } = coordinator;
    coordinator.fall();
    const run = await runCli(coordinator, ['service', 'ls']);
    expect(run).toEqual({
      code: 1,
      out: '',
      err: `restow: No coordinator answers at ${address}: start it (\`./restow up\`), or set RESTOW_HOST to where one listens.\n`,
    });
  });

  test('a coordinator that breaks is no bug of the client', async () => {
    const run = await runCli(coordinator, ['node', 'ls']);
    expect(run.code).toBe(1);
    expect(run.err).toBe('restow: the canned coordinator was not told what to answer to ListNodes\n');
  });

  test.each([
    [['servce'], "unknown command 'servce'\n(Did you mean service?)"],
    [['service', 'redploy', 'web'], "unknown command 'redploy'\n(Did you mean redeploy?)"],
    [['service', 'redeploy', '--snyc', 'web'], "unknown option '--snyc'\n(Did you mean --sync?)"],
    [['service', 'redeploy'], "missing required argument 'service'"],
    [['service', 'redeploy', 'web', '--detach', '--wait'], "option '--wait' cannot be used with option '-d, --detach'"],
    [['service', 'redeploy', 'web', '--order', 'sideways'], "option '--order <order>' argument 'sideways' is invalid"],
    [['service', 'redeploy', 'web', '--timeout', 'soon'], 'The command line cannot be meant'],
    [['service', 'run', 'app', '--net', 'wifi'], 'The command line cannot be meant'],
    [['service', 'run', 'app', '-p', 'http'], 'The command line cannot be meant'],
    [['help', 'nope'], 'there is no command "nope"'],
  ])('wrong usage: %j is exit 2 and asks nothing', async (argv, says) => {
    const run = await runCli(coordinator, argv);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain(`restow: ${says}`);
    expect(coordinator.asked).toEqual([]);
  });

  test('help is data: on stdout, with the exit codes, exit 0', async () => {
    const run = await runCli(coordinator, ['help', 'service', 'redeploy']);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toContain('3  rolled back');
    expect(run.out).toContain('--not-reuse-volumes');
  });
});

describe('the program itself', () => {
  const program = (argv: string[], env: Record<string, string>) =>
    spawn(
      process.execPath,
      ['--conditions=source', join(import.meta.dirname, '../../packages/cli/src/main.ts'), ...argv],
      {
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  const ended = (child: ChildProcess) =>
    new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));

  test('finds the coordinator of this machine by what it left in RESTOW_DATA', async () => {
    const data = mkdtempSync(join(tmpdir(), 'restow-cli-'));
    try {
      writeFileSync(join(data, 'coordinator.json'), JSON.stringify({ address: coordinator.address }));
      writeFileSync(join(data, 'token'), `${coordinator.token}\n`);
      coordinator.answers.ListServices = () => ({ services: [serviceViewToWire(aService())] });
      const child = program(['service', 'ls', '-q'], { RESTOW_DATA: data });
      let out = '';
      child.stdout.on('data', (text) => {
        out += text;
      });
      expect(await ended(child)).toBe(0);
      expect(out).toBe('web\n');
    } finally {
      rmSync(data, { recursive: true });
    }
  });

  test.skipIf(spawnSync('script', ['--version']).error !== undefined)(
    'asks at a terminal (needs script), and Ctrl-C there deletes nothing',
    async () => {
      const volume = aVolume({ state: 'detached' });
      coordinator.answers.GetVolume = () => volumeViewToWire(volume);
      coordinator.answers.PurgeVolume = () => volumeViewToWire(volume);
      const purge = async (typed: string) => {
        const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');
        const line = `'${process.execPath}' --conditions=source '${main}' volume purge ${volume.name}`;
        const child = spawn('script', ['-qfec', line, '/dev/null'], {
          env: { PATH: process.env.PATH, RESTOW_HOST: coordinator.address, RESTOW_TOKEN: coordinator.token },
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        let shown = '';
        let asked = false;
        child.stdout.on('data', (text) => {
          shown += text;
          if (asked || !stripVTControlCharacters(shown).includes('all its data: ')) return;
          asked = true;
          child.stdin.write(typed);
        });
        return { code: await ended(child), shown };
      };
      expect((await purge('\u0003')).code).toBe(130);
      expect(coordinator.asked.map(({ call }) => call)).toEqual(['GetVolume']);
      const { code, shown } = await purge(`${volume.name}\r`);
      expect(shown).toContain('restow-web-1-data on n1 is deleted');
      expect(code).toBe(0);
    },
  );

  test('Ctrl-C ends a log that is followed with 130; a reader that has enough with 141', async () => {
    const env = { RESTOW_HOST: coordinator.address, RESTOW_TOKEN: coordinator.token };
    coordinator.answers.ServiceLogs = async function* (_request, hungUp) {
      while (!hungUp.aborted) {
        yield logLineToWire(aLine('tick'));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const interrupted = program(['service', 'logs', '-f', 'web'], env);
    interrupted.stdout.once('data', () => interrupted.kill('SIGINT'));
    expect(await ended(interrupted)).toBe(130);
    const enough = program(['service', 'logs', '-f', 'web'], env);
    enough.stdout.once('data', () => enough.stdout.destroy());
    expect(await ended(enough)).toBe(141);
  });
});
