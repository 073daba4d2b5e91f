import { RestowError } from '@restow/shared/base/errors';
import type { DeploymentEvent } from '@restow/shared/domain/view';
import { nodeViewToWire, volumeViewToWire } from '@restow/shared/rpc/wire-cluster';
import { deploymentEventToWire } from '@restow/shared/rpc/wire-deployment';
import { planReplyToWire } from '@restow/shared/rpc/wire-plan';
import { serviceViewToWire } from '@restow/shared/rpc/wire-service-view';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CannedCoordinator, startCannedCoordinator } from '../lib/canned-coordinator.ts';
import { ctrlC, runCli } from '../lib/run-cli.ts';
import { aDeployment, aNode, anImage, aPlan, aService, aStep, aVerdict, aVolume } from '../lib/views.ts';

let coordinator: CannedCoordinator;
beforeEach(async () => {
  coordinator = await startCannedCoordinator();
});
afterEach(() => coordinator[Symbol.asyncDispose]());

const wire = (events: DeploymentEvent[]) => events.map(deploymentEventToWire);
const underWay = { steps: [], endedAt: null };
const accepted: DeploymentEvent = { kind: 'accepted', deployment: aDeployment({ ...underWay, state: 'rolling' }) };
const taken: DeploymentEvent = { kind: 'step', step: aStep(1, 'take', { detail: 'started, healthy after 0.6 s' }) };
const succeeded: DeploymentEvent = { kind: 'ended', deployment: aDeployment() };

/** Answers with these, then stays silent until the client hangs up. */
const thenSilence = (events: DeploymentEvent[]) =>
  async function* (_request: unknown, hungUp: AbortSignal) {
    yield* wire(events);
    await new Promise((resolve) => hungUp.addEventListener('abort', resolve));
  };

describe('a redeploy is followed to its end', () => {
  test('steps and outcome on stderr, nothing on stdout, exit 0', async () => {
    coordinator.answers.Redeploy = () => wire([accepted, taken, succeeded]);
    expect(await runCli(coordinator, ['service', 'redeploy', 'web', '--sync'])).toEqual({
      code: 0,
      out: '',
      err: `web: deployment 7
web: swapping 2 slots, stop-first
web-1  n1  take               started, healthy after 0.6 s
web: deployment 7 succeeded after 12.3 s: 2 slots on revision 2, registry:5000/app:v2 (bb2200000000)
`,
    });
  });

  test('the flags of Docker Cloud reach the coordinator', async () => {
    coordinator.answers.Redeploy = () => wire([accepted, succeeded]);
    await runCli(coordinator, ['service', 'redeploy', 'web']);
    await runCli(coordinator, [
      'service',
      'redeploy',
      'web',
      '--not-reuse-volumes',
      '--order',
      'recreate',
      '--no-queue',
    ]);
    expect(coordinator.asked.map(({ request }) => request)).toEqual([
      { service: 'web', options: { notReuseVolumes: false, order: '', noQueue: false, scaleToNodes: false } },
      { service: 'web', options: { notReuseVolumes: true, order: 'recreate', noQueue: true, scaleToNodes: false } },
    ]);
  });

  test.each([
    ['undone', null, 3, 'was rolled back after 12.3 s\n  it ended with exit code 1\n    | boom\n'],
    ['failed', null, 1, 'failed after 12.3 s\n  it ended with exit code 1\n    | boom\n'],
    ['refused', 'unschedulable', 4, 'was refused after 12.3 s; nothing that runs was touched\n  it ended'],
    ['refused', 'unsupported', 2, 'was refused after 12.3 s; nothing that runs was touched\n  it ended'],
    ['superseded', null, 1, 'was superseded'],
  ] as const)('%s (%s) ends with exit code %i and the reason', async (state, code, exitCode, says) => {
    const reason = 'Rolled back. it ended with exit code 1\n  | boom';
    coordinator.answers.Redeploy = () =>
      wire([accepted, { kind: 'ended', deployment: aDeployment({ state, code, reason }) }]);
    const run = await runCli(coordinator, ['service', 'redeploy', 'web']);
    expect(run.code).toBe(exitCode);
    expect(run.err).toContain(`web: deployment 7 ${says}`);
  });

  test('-o json prints the deployments, whole; the telling stays on stderr', async () => {
    coordinator.answers.Redeploy = () => wire([accepted, succeeded]);
    const run = await runCli(coordinator, ['service', 'redeploy', 'web', '-o', 'json']);
    expect(JSON.parse(run.out)).toEqual([aDeployment()]);
    expect(run.err).toContain('succeeded');
  });

  test('-q tells nothing but the number, and yet why it failed', async () => {
    coordinator.answers.Redeploy = () =>
      wire([accepted, { kind: 'ended', deployment: aDeployment({ state: 'undone', reason: 'Rolled back. boom' }) }]);
    expect(await runCli(coordinator, ['service', 'redeploy', 'web', '-q'])).toEqual({
      code: 3,
      out: '7\n',
      err: 'web: deployment 7 was rolled back after 12.3 s\n  boom\n',
    });
  });

  test('on a terminal the last line shows what goes on, and is taken away', async () => {
    const pulling: DeploymentEvent = {
      kind: 'progress',
      slotName: 'web-1',
      nodeName: 'n1',
      step: 'pull-image',
      progress: { text: 'pulling', current: 2 ** 20, total: 4 * 2 ** 20 },
    };
    const begun: DeploymentEvent = { kind: 'step', step: aStep(1, 'pull-image', { state: 'running', endedAt: null }) };
    coordinator.answers.Redeploy = () => wire([accepted, begun, pulling, succeeded]);
    const run = await runCli(coordinator, ['service', 'redeploy', 'web'], { terminal: true });
    expect(run.err).toContain('\r\u001b[2Kweb-1 n1 pull-image pulling 1 MiB of 4 MiB\r\u001b[2K');
    expect(run.err.endsWith('(bb2200000000)\n')).toBe(true);
  });
});

describe('what a terminal is sent', () => {
  const shown = async (env: Record<string, string>) => {
    const failed: DeploymentEvent = { kind: 'ended', deployment: aDeployment({ state: 'undone', reason: 'boom' }) };
    const begun: DeploymentEvent = { kind: 'step', step: aStep(1, 'take', { state: 'running', endedAt: null }) };
    coordinator.answers.Redeploy = () => wire([accepted, begun, failed]);
    return (await runCli(coordinator, ['service', 'redeploy', 'web'], { terminal: true, env })).err;
  };
  const colour = '\u001b[31m';
  const takenBack = '\r\u001b[2K';

  test('colours and a line that changes', async () => {
    const err = await shown({ NO_COLOR: '', TERM: 'xterm' });
    expect(err).toContain(colour);
    expect(err).toContain(takenBack);
  });
  test('with NO_COLOR no colours; it is about nothing else', async () => {
    const err = await shown({ NO_COLOR: '1', TERM: 'xterm' });
    expect(err).not.toContain(colour);
    expect(err).toContain(takenBack);
  });
  test('with TERM=dumb plain text', async () => {
    const err = await shown({ NO_COLOR: '', TERM: 'dumb' });
    expect(err).not.toContain('\u001b');
    expect(err).toContain('was rolled back');
  });
});

describe('several services', () => {
  test('are each done, even if one fails; the exit code is the worst', async () => {
    coordinator.answers.Redeploy = ({ service }) => {
      if (service === 'nope') throw new RestowError('not-found', 'There is no service "nope".');
      const state = service === 'bad' ? 'undone' : 'succeeded';
      return wire([accepted, { kind: 'ended', deployment: aDeployment({ serviceName: service, state }) }]);
    };
    const run = await runCli(coordinator, ['service', 'redeploy', 'bad', 'web', 'bad']);
    expect(run.code).toBe(3);
    expect(coordinator.asked.map(({ request }) => (request as { service: string }).service)).toEqual(['bad', 'web']);
    const worse = await runCli(coordinator, ['service', 'redeploy', 'nope', 'bad', 'web']);
    expect(worse.code).toBe(1);
    expect(worse.err).toContain('restow: There is no service "nope".\n');
    expect(worse.err).toContain('web: deployment 7 succeeded');
  });
});

describe('not waiting', () => {
  test('--detach prints the number once it is accepted and hangs up', async () => {
    const hangUp = Promise.withResolvers<void>();
    coordinator.answers.Redeploy = async function* (_request, hungUp) {
      yield* wire([accepted]);
      hungUp.addEventListener('abort', () => hangUp.resolve());
      await hangUp.promise;
    };
    const run = await runCli(coordinator, ['service', 'redeploy', 'web', '-d']);
    expect(run).toMatchObject({ code: 0, out: '7\n' });
    await hangUp.promise;
  });

  test('--timeout ends the waiting with exit 5 and says how to look again', async () => {
    coordinator.answers.Redeploy = thenSilence([accepted]);
    const run = await runCli(coordinator, ['service', 'redeploy', 'web', '--timeout', '200ms']);
    expect(run.code).toBe(5);
    expect(run.err).toContain(
      'restow: Not done after 200ms. Deployment 7 goes on; look again with `restow deployment watch 7`.\n',
    );
  });

  test('Ctrl-C ends the watching, not the deployment, and says how to look again', async () => {
    coordinator.answers.Redeploy = thenSilence([accepted, taken]);
    const interruption = new AbortController();
    const run = await runCli(coordinator, ['service', 'redeploy', 'web', 'web2'], {
      interrupted: interruption.signal,
      onErr: (text) => {
        if (text.includes('take')) interruption.abort(ctrlC());
      },
    });
    expect(run.code).toBe(130);
    expect(run.err).toContain(
      'No longer watching. Deployment 7 goes on; look again with `restow deployment watch 7`.\n',
    );
    expect(coordinator.asked).toHaveLength(1);
  });
});

test('a coordinator that restarts meanwhile is found again, and nothing is told twice', async () => {
  coordinator.answers.Redeploy = thenSilence([accepted, taken]);
  coordinator.answers.WatchDeployment = () => wire([accepted, taken, succeeded]);
  const restarted = Promise.withResolvers<void>();
  const run = await runCli(coordinator, ['service', 'redeploy', 'web'], {
    onErr: (text) => {
      if (!text.includes('take')) return;
      coordinator.fall();
      coordinator.listen().then(restarted.resolve, restarted.reject);
    },
  });
  await restarted.promise;
  expect(run.code).toBe(0);
  expect(run.err.match(/take/g)).toHaveLength(1);
  expect(
    run.err.match(/The coordinator was lost; deployment 7 goes on\. Trying for 1m to find it again\.\n/g),
  ).toHaveLength(1);
  expect(run.err).toContain('succeeded');
  expect(coordinator.asked.at(-1)).toEqual({ call: 'WatchDeployment', request: { deployment: aDeployment().id } });
});

test('a coordinator that stays away is given up on after a minute, with exit 1 and how to look again', async () => {
  coordinator.answers.Redeploy = thenSilence([accepted]);
  let now = 0;
  const run = await runCli(coordinator, ['service', 'redeploy', 'web'], {
    // Each look at the clock finds it half a minute later, so the third try is the last.
    now: () => {
      now += 31_000;
      return now;
    },
    onErr: (text) => {
      if (text.includes('deployment 7')) coordinator.fall();
    },
  });
  expect(run.code).toBe(1);
  expect(run.err).toContain(
    'restow: The coordinator was lost and is not back after 1m. Deployment 7 goes on; look again with `restow deployment watch 7`.\n',
  );
});

describe('--image and --tag', () => {
  test('change the definition first, and say so', async () => {
    const before = aService({ version: 4 });
    coordinator.answers.GetService = () => serviceViewToWire(before);
    coordinator.answers.ListNodes = () => ({ nodes: [nodeViewToWire(aNode())] });
    coordinator.answers.UpdateService = ({ definition }) => ({
      ...serviceViewToWire({ ...before, synchronized: false, pending: ['image', 'tags'] }),
      definition: definition as object,
    });
    coordinator.answers.Redeploy = () => wire([accepted, succeeded]);
    const run = await runCli(coordinator, ['service', 'redeploy', 'web', '--image', 'app:v2', '--tag', 'gpu']);
    expect(run.code).toBe(0);
    expect(run.err).toContain('web: image: registry:5000/app:v1 -> app:v2\nweb: tags: - -> gpu\n');
    expect(run.err).toContain('Warning: web: no node carries the tag gpu.\n');
    expect(coordinator.asked.map(({ call }) => call)).toEqual(['GetService', 'UpdateService', 'ListNodes', 'Redeploy']);
    expect(coordinator.asked[1]!.request).toMatchObject({
      service: before.id,
      ifVersion: 4,
      definition: { image: 'app:v2', tags: ['gpu'], count: 2 },
    });
  });

  test('a change that is refused keeps that service from being redeployed', async () => {
    coordinator.answers.GetService = () => serviceViewToWire(aService());
    coordinator.answers.UpdateService = () => {
      const problems = [{ field: 'image', message: '"a b" is no image reference' }];
      throw new RestowError('invalid', 'The change of web was refused; nothing was changed.', { problems });
    };
    expect(await runCli(coordinator, ['service', 'redeploy', 'web', '--image', 'a b'])).toEqual({
      code: 2,
      out: '',
      err: 'restow: The change of web was refused; nothing was changed.\n  image: "a b" is no image reference\n',
    });
  });
});

describe('start, run, rm, watch', () => {
  test('run defines and starts; what cannot start stays defined', async () => {
    const defined = aService({ state: 'Not running', slots: [], version: 1 });
    coordinator.answers.CreateService = () => serviceViewToWire(defined);
    coordinator.answers.StartService = () =>
      wire([accepted, { kind: 'ended', deployment: aDeployment({ kind: 'deploy', state: 'failed', reason: 'boom' }) }]);
    const run = await runCli(coordinator, [
      'service',
      'run',
      'app:v1',
      '-n',
      'web',
      '-t',
      '3',
      '--',
      'serve',
      '--fast',
    ]);
    expect(run.code).toBe(1);
    expect(run.err).toContain('web stays defined: `restow service start web` tries again');
    expect(coordinator.asked[0]!.request).toMatchObject({
      name: 'web',
      definition: { image: 'app:v1', count: 3, command: { words: ['serve', '--fast'] } },
    });
    expect(coordinator.asked[1]).toMatchObject({ call: 'StartService', request: { service: 'web' } });
  });

  test('rm follows the removal', async () => {
    coordinator.answers.ListServices = () => ({ services: [] });
    coordinator.answers.ListVolumes = () => ({ volumes: [] });
    coordinator.answers.RemoveService = () =>
      wire([accepted, { kind: 'ended', deployment: aDeployment({ kind: 'remove', plan: null }) }]);
    const run = await runCli(coordinator, ['service', 'rm', 'web']);
    expect(run.code).toBe(0);
    expect(run.err).toMatch(/succeeded after 12.3 s: web is gone\n$/);
  });

  test('rm names the volumes that stay, and only those the service had', async () => {
    const volumes = [
      aVolume({ name: 'data-1' }),
      aVolume({ name: 'data-2', nodeName: 'n2' }),
      aVolume({ name: 'left-long-ago', state: 'detached' }),
      aVolume({ name: 'of-another', serviceName: 'db' }),
    ];
    coordinator.answers.ListServices = () => ({ services: [] });
    coordinator.answers.ListVolumes = () => ({ volumes: volumes.map(volumeViewToWire) });
    coordinator.answers.RemoveService = () =>
      wire([accepted, { kind: 'ended', deployment: aDeployment({ kind: 'remove', plan: null }) }]);
    const run = await runCli(coordinator, ['service', 'rm', 'web']);
    expect(run.err).toContain('The 2 volumes of web stay, detached: data-1 on n1, data-2 on n2.\n');
    expect((await runCli(coordinator, ['service', 'rm', 'web', '-q'])).err).toBe('');
  });

  test('a deployment that is paused ends with 1 and says what may be said to it', async () => {
    coordinator.answers.Redeploy = () =>
      wire([accepted, { kind: 'ended', deployment: aDeployment({ state: 'paused', reason: 'boom', endedAt: null }) }]);
    const run = await runCli(coordinator, ['service', 'redeploy', 'web']);
    expect(run.code).toBe(1);
    expect(run.err).toContain('`restow deployment resume 7` goes on, `restow deployment rollback 7` goes back.');
  });

  test.each([
    ['resume', 'succeeded', 0],
    ['resume', 'undone', 3],
    ['resume', 'paused', 1],
    ['rollback', 'undone', 0],
    ['rollback', 'failed', 1],
  ] as const)('deployment %s that ends %s is exit %i', async (word, state, code) => {
    const answer = () => wire([accepted, { kind: 'ended', deployment: aDeployment({ state, reason: 'boom' }) }]);
    coordinator.answers[word === 'resume' ? 'ResumeDeployment' : 'RollbackDeployment'] = answer;
    expect((await runCli(coordinator, ['deployment', word, '7'])).code).toBe(code);
    expect(coordinator.asked.at(-1)!.request).toEqual({ deployment: '7' });
  });

  test('watch exits by the outcome, as the redeploy would have', async () => {
    coordinator.answers.WatchDeployment = () =>
      wire([accepted, taken, { kind: 'ended', deployment: aDeployment({ state: 'undone', reason: 'boom' }) }]);
    expect((await runCli(coordinator, ['deployment', 'watch', '7'])).code).toBe(3);
  });

  test('busy and asked not to queue is exit 6', async () => {
    coordinator.answers.StartService = () => {
      throw new RestowError('busy', 'web is busy with deployment 7 (rolling).');
    };
    expect(await runCli(coordinator, ['service', 'start', 'web', '--no-queue'])).toEqual({
      code: 6,
      out: '',
      err: 'restow: web is busy with deployment 7 (rolling).\n',
    });
  });
});

describe('plan', () => {
  test('prints the plan, exit 0', async () => {
    coordinator.answers.PlanService = () => planReplyToWire({ ok: true, value: aPlan({ image: anImage('v2') }) });
    const run = await runCli(coordinator, ['plan', 'web', '--order', 'recreate', '--not-reuse-volumes']);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toContain('web: redeploy of 2 slots to revision 2\n');
    expect(coordinator.asked[0]!.request).toMatchObject({ options: { order: 'recreate', notReuseVolumes: true } });
  });

  test('prints every reason where there is none, exit 4; an order that is not offered, exit 2', async () => {
    const refusal = {
      serviceName: 'web',
      message: 'No node fits web-1.',
      unplaceable: [
        {
          slotIndex: 1,
          slotName: 'web-1',
          message: 'no node fits',
          waysOut: ['restow tag add -t gpu n1'],
          verdicts: [
            aVerdict(1, { fits: false, score: null, reasons: [{ code: 'missing-tag', message: 'n1 lacks tag gpu' }] }),
          ],
        },
      ],
    };
    coordinator.answers.PlanService = () => planReplyToWire({ ok: false, refusal });
    const run = await runCli(coordinator, ['plan', 'web']);
    expect(run.code).toBe(4);
    expect(run.out).toContain('  n1   no: n1 lacks tag gpu\n  ways out:\n    - restow tag add -t gpu n1\n');
    const json = await runCli(coordinator, ['plan', 'web', '-o', 'json']);
    expect([json.code, JSON.parse(json.out)]).toEqual([4, [{ refusal }]]);
    coordinator.answers.PlanService = () =>
      planReplyToWire({
        ok: false,
        refusal: { serviceName: 'web', message: 'start-first', unplaceable: [], code: 'unsupported' },
      });
    expect((await runCli(coordinator, ['plan', 'web'])).code).toBe(2);
  });
});
