import { RestowError } from '@restow/shared/base/errors';
import { nodeViewToWire, volumeViewToWire } from '@restow/shared/rpc/wire-cluster';
import { planReplyToWire } from '@restow/shared/rpc/wire-plan';
import { serviceViewToWire } from '@restow/shared/rpc/wire-service-view';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CannedCoordinator, startCannedCoordinator } from '../lib/canned-coordinator.ts';
import { runCli } from '../lib/run-cli.ts';
import { aNode, aPlan, aService, aVolume } from '../lib/views.ts';

let coordinator: CannedCoordinator;
let running: ReturnType<typeof aService>;
let defined: ReturnType<typeof aService>;
beforeEach(async () => {
  running = aService();
  defined = aService({
    id: '00000002-0000-4000-8000-000000000000',
    name: 'new',
    state: 'Not running',
    slots: [],
    revisionNumber: null,
    deploymentNumber: null,
  });
  coordinator = await startCannedCoordinator({
    GetService: ({ service }) => {
      const found = [running, defined].find(({ name, id }) => name === service || id === service);
      if (!found) throw new RestowError('not-found', `There is no service "${service}".`);
      return serviceViewToWire(found);
    },
    ListServices: () => ({ services: [running, defined].map(serviceViewToWire) }),
    ListNodes: () => ({ nodes: [nodeViewToWire(aNode())] }),
    ListVolumes: () => ({ volumes: [volumeViewToWire(aVolume())] }),
    PlanService: () => planReplyToWire({ ok: true, value: aPlan() }),
  });
});
afterEach(() => coordinator[Symbol.asyncDispose]());

const looks = new Set(['GetService', 'ListServices', 'ListNodes', 'ListVolumes', 'PlanService']);
const note = 'Nothing was touched and nothing stored: this was --dry-run.\n';
const planned = () => coordinator.asked.filter(({ call }) => call === 'PlanService').map(({ request }) => request);
const dry = (...argv: string[]) => runCli(coordinator, [...argv, '--dry-run']);

afterEach(() => {
  // Whatever was asked with --dry-run: the coordinator was only looked at.
  expect(coordinator.asked.map(({ call }) => call).filter((call) => !looks.has(call))).toEqual([]);
});

describe('tells the plan and asks for nothing else', () => {
  test('redeploy, with its options', async () => {
    const run = await dry('service', 'redeploy', 'web', '--order', 'recreate', '--not-reuse-volumes');
    expect(run).toMatchObject({ code: 0, err: note });
    expect(run.out).toMatch(/^web: redeploy of 2 slots to revision 2\n/);
    expect(planned()).toMatchObject([{ options: { order: 'recreate', notReuseVolumes: true }, definition: null }]);
  });

  test('redeploy with a new image: what would change, and the plan of that', async () => {
    const run = await dry('service', 'redeploy', 'web', '--image', 'app:v2');
    expect(run.out).toMatch(
      /^web: would be defined anew\n {2}image: registry:5000\/app:v1 -> app:v2\n\nweb: redeploy of 2 slots/,
    );
    expect(planned()).toMatchObject([{ definition: { image: 'app:v2', count: 2 } }]);
  });

  test('update: the same, also for a service that does not run', async () => {
    const run = await dry('service', 'update', 'web', 'new', '--user', 'app', '--redeploy');
    expect(run.code).toBe(0);
    expect(run.out.match(/ {2}user: the image's own -> app\n/g)).toHaveLength(2);
    expect(planned()).toMatchObject([{ definition: { settings: { user: 'app' } } }, { definition: {} }]);
  });

  test('update with what is so already', async () => {
    const run = await dry('service', 'update', 'web', '--image', running.definition.image);
    expect(run.out).toMatch(/^web: defined so already\n\nweb: redeploy/);
  });

  test('start', async () => {
    expect(await dry('service', 'start', 'new')).toMatchObject({ code: 0, err: note });
    expect(planned()).toHaveLength(1);
  });

  test.each(['create', 'run'])('%s: the plan of a service that is not there', async (word) => {
    const run = await dry('service', word, 'registry:5000/team/app:v1', '-n', 'third', '-t', '3', '-p', '80');
    expect(run).toMatchObject({ code: 0, err: note });
    expect(planned()).toMatchObject([
      { service: 'third', definition: { count: 3, ports: [{ containerPort: 80, hostPort: 0, exposedOnly: false }] } },
    ]);
  });

  test('rm: which slots end, which addresses are given back, which volumes stay', async () => {
    expect(await dry('service', 'rm', 'web')).toEqual({
      code: 0,
      out: `web: would be removed, with 2 slots
  web-1   ends on n1 and goes   10.7.0.1 is given back
  web-2   ends on n2 and goes   10.7.0.2 is given back
  volume   restow-web-1-data is detached and stays on n1
`,
      err: note,
    });
  });

  test('rm of a service that another one links to: what becomes of that', async () => {
    defined.definition.links = [{ service: 'web', alias: 'site' }];
    const run = await dry('service', 'rm', 'web');
    expect(run).toMatchObject({ code: 0, err: note });
    expect(run.out).toContain(
      '  new links to web: it runs on, its alias leads nowhere, and its next redeploy is refused until the link is taken out.\n',
    );
  });

  test('-o json', async () => {
    const run = await dry('service', 'redeploy', 'web', '--image', 'app:v2', '-o', 'json');
    expect(JSON.parse(run.out)).toEqual([{ changes: ['image: registry:5000/app:v1 -> app:v2'], plan: aPlan() }]);
    const removal = await dry('service', 'rm', 'web', '-o', 'json');
    expect(JSON.parse(removal.out)).toEqual([{ service: running, volumes: [aVolume()], linkedFrom: [] }]);
  });

  test('-q: nothing but the exit code', async () => {
    for (const word of ['redeploy', 'rm'])
      expect(await dry('service', word, 'web', '-q')).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('ends as the real thing would be refused', () => {
  const refusal = { serviceName: 'web', message: 'No node fits web-1.', unplaceable: [] };

  test('no node fits: exit 4, with the reasons; with -q they are on stderr', async () => {
    coordinator.answers.PlanService = () => planReplyToWire({ ok: false, refusal });
    const run = await dry('service', 'redeploy', 'web');
    expect(run.code).toBe(4);
    expect(run.out).toContain('web: cannot be deployed, nothing was touched\n  No node fits web-1.\n');
    const quiet = await dry('service', 'run', 'app:v1', '-q');
    expect(quiet).toMatchObject({ code: 4, out: '' });
    expect(quiet.err).toContain('No node fits web-1.');
  });

  test('not offered: exit 2', async () => {
    coordinator.answers.PlanService = () =>
      planReplyToWire({ ok: false, refusal: { ...refusal, code: 'unsupported' } });
    expect((await dry('service', 'start', 'new')).code).toBe(2);
  });

  test('wrong fields: exit 2, all of them', async () => {
    coordinator.answers.PlanService = () => {
      const problems = [{ field: 'image', message: '"a b" is no image reference' }];
      throw new RestowError('invalid', 'The definition of app cannot be deployed.', { problems });
    };
    const run = await dry('service', 'create', 'a b', '-n', 'app');
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain('  image: "a b" is no image reference\n');
  });

  test.each<[argv: string[], says: string, code: number]>([
    [['service', 'start', 'web'], 'web was started already', 1],
    [['service', 'redeploy', 'new'], 'new was never started', 1],
    [['service', 'redeploy', 'nope'], 'There is no service "nope"', 1],
    [['service', 'run', 'app:v1', '-n', 'web'], 'There is a service web already', 1],
    [['service', 'create', 'web:v1'], 'There is a service web already', 1],
    [['service', 'rm', 'nope'], 'There is no service "nope"', 1],
  ])('%j', async (argv, says, code) => {
    const run = await dry(...argv);
    expect(run).toMatchObject({ code, out: '' });
    expect(run.err).toContain(says);
    expect(planned()).toEqual([]);
  });

  test('rm of a service whose volumes another one mounts', async () => {
    defined.definition.volumesFrom = [{ service: 'web', readOnly: true }];
    const run = await dry('service', 'rm', 'web');
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain('web cannot be removed while its volumes are mounted by new.');
  });
});
