import { afterEach, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';
import { engineActs } from '../lab/engine-acts.ts';

const hasty = ['--min-running', '200ms', '--watch', '0s'];
const soon = { timeout: 20_000, interval: 200 };

const identity = (container: EngineContainer) => [
  container.Id,
  container.State.StartedAt,
  container.NetworkSettings.Networks['restow-overlay']!.IPAddress,
];

describeCluster('more and fewer while they run', (cluster) => {
  afterEach(() => cluster().clear());

  const addressOf = (container: EngineContainer) => container.NetworkSettings.Networks['restow-overlay']!.IPAddress;
  const hostsOf = async (service: string) => (await cluster().running(service)).map(({ host }) => host).sort();

  test('SCL-04: up and down: those that stay are left entirely alone, those that go get SIGTERM and their grace', async () => {
    const { ok, running, containers, events, image, inside } = cluster();
    const lingering = ['-e', 'STOP_MS=400', '--stop-grace', '5s'];
    await ok('service', 'run', '--name', 'sc', '-t', '2', ...lingering, ...hasty, image('app:v1'));
    const before = await running('sc');

    const upSince = new Date().toISOString();
    await ok('service', 'scale', 'sc=4');
    const four = await running('sc');
    expect(four.map(slotIndex)).toEqual([1, 2, 3, 4]);
    expect(four.slice(0, 2).map(identity)).toEqual(before.map(identity));
    for (const container of four)
      expect(await inside('sc-1', `wget -q -O - http://${addressOf(container)}/`), container.Name).toContain('v1');
    const touched = new Set(engineActs(await events(upSince)).map(({ id }) => id));
    for (const { Id } of before) expect(touched).not.toContain(Id);

    const downSince = new Date().toISOString();
    await ok('service', 'scale', 'sc', '1');
    const [only, ...others] = await containers('sc');
    expect(others).toEqual([]);
    expect(identity(only!)).toEqual(identity(before[0]!));
    const acts = await events(downSince);
    expect(engineActs(acts).filter(({ id }) => id === only!.Id)).toEqual([]);
    for (const { Id, Name } of four.slice(1)) {
      const own = acts.filter(({ Type, Actor }) => Type === 'container' && Actor.ID === Id);
      const kills = own.filter(({ Action }) => Action === 'kill').map(({ Actor }) => Actor.Attributes.signal);
      const [kill, die] = ['kill', 'die'].map((action) => own.find(({ Action }) => Action === action)?.timeNano ?? 0);
      // It took the time it needed, and nobody had to end it by force.
      expect(kills, Name).toEqual(['15']);
      expect((die! - kill!) / 1e6, Name).toBeGreaterThan(350);
      expect(own.map(({ Action }) => Action)).toContain('destroy');
    }
    // Their addresses are free again: the next new slots have them.
    await ok('service', 'scale', 'sc=3');
    expect((await running('sc')).map(addressOf)).toEqual(four.slice(0, 3).map(addressOf));
  });

  test('SCL-04: one that ignores its stop signal is ended when its grace is over, not before', async () => {
    const { ok, running, events, image } = cluster();
    const deaf = ['--stop-signal', 'SIGCONT', '--stop-grace', '1s'];
    await ok('service', 'run', '--name', 'deaf', '-t', '2', ...deaf, ...hasty, image('app:v1'));
    const [, second] = await running('deaf');
    const since = new Date().toISOString();
    await ok('service', 'scale', 'deaf=1');
    const own = (await events(since)).filter(({ Actor }) => Actor.ID === second!.Id);
    const kills = own.filter(({ Action }) => Action === 'kill');
    expect(kills.map(({ Actor }) => Actor.Attributes.signal)).toEqual(['18', '9']);
    expect((kills[1]!.timeNano - kills[0]!.timeNano) / 1e6).toBeGreaterThan(950);
  });

  test('SCL-04: an edit that waits for its redeploy reaches new containers only; volumes of those that go stay, listed', async () => {
    const { ok, json, running, inside, image } = cluster();
    await ok('service', 'run', '--name', 'mix', '-t', '2', '-v', '/data', ...hasty, image('app:v1'));
    const before = await running('mix');
    await inside('mix-2', 'echo kept > /data/it');
    await ok('service', 'update', '--image', image('app:v2'), 'mix');
    const planned = await ok('service', 'scale', '--dry-run', 'mix=3');
    expect(planned).toContain('mix: scale from 2 to 3 slots, new ones at revision 2; what stays is left alone');
    expect(planned).toContain('2 slots stay as deployed until the service is redeployed');
    expect(await running('mix')).toHaveLength(2);

    await ok('service', 'scale', 'mix=3');
    const three = await running('mix');
    expect(three.slice(0, 2).map(identity)).toEqual(before.map(identity));
    const versions = ['mix-1', 'mix-2', 'mix-3'].map((slot) => inside(slot, 'cat /app/version'));
    expect(await Promise.all(versions)).toEqual(['v1', 'v1', 'v2']);
    await ok('service', 'scale', 'mix=1');
    const volumes = await json<{ slotName: string; state: string; name: string; nodeName: string }[]>('volume', 'ls');
    const left = volumes.filter(({ slotName }) => /^mix-/.test(slotName));
    expect(left.map(({ slotName, state }) => `${slotName} ${state}`).sort()).toEqual([
      'mix-1 attached',
      'mix-2 detached',
      'mix-3 detached',
    ]);
    const { name, nodeName } = left.find(({ slotName }) => slotName === 'mix-2')!;
    const mounted = await cluster().lab.docker(nodeName, 'volume', 'inspect', '-f', '{{.Mountpoint}}', name);
    expect((await cluster().lab.exec(nodeName, ['cat', `${mounted}/it`])).stdout.trim()).toBe('kept');
  });

  test('SCL-04: what cannot be done is refused in a sentence, and no engine hears of it', async () => {
    const { ok, restow, events, image } = cluster();
    await ok('service', 'run', '--name', 'one', '-p', '8090:80', ...hasty, image('app:v1'));
    await ok('service', 'create', '--name', 'rival', '-t', '3', '-p', '8090:80', ...hasty, image('app:v1'));
    const since = new Date().toISOString();
    const refusals: [number, string, ...string[]][] = [
      [2, 'one cannot be scaled to 0; nothing was changed.', 'service', 'scale', 'one=0'],
      [1, 'rival was never started, so there is nothing to scale', 'service', 'scale', 'rival=2'],
      [4, 'is held by one-1', 'service', 'start', 'rival'],
      [4, 'is held by one-1', 'service', 'scale', 'one=4'],
      [4, 'is held by one-1', 'service', 'scale', '--dry-run', 'one=4'],
      [2, '"one" is not SERVICE=COUNT, such as web=5', 'service', 'scale', 'one'],
      [1, 'nowhere', 'service', 'scale', 'nowhere=2'],
    ];
    for (const [code, sentence, ...words] of refusals) {
      const said = await restow(...words);
      expect(`${said.code} ${said.stderr}${said.stdout}`, words.join(' ')).toContain(sentence);
      expect(said.code, words.join(' ')).toBe(code);
    }
    expect(engineActs(await events(since))).toEqual([]);
    expect(await cluster().json('service', 'inspect', 'one')).toMatchObject([{ definition: { count: 1 } }]);
  });

  test('SCL-04: -d and -q print the number, and --timeout stops the watching only', async () => {
    const { ok, restow, running, image } = cluster();
    await ok(
      'service',
      'run',
      '--name',
      'brief',
      '-e',
      'BOOT_MS=700',
      '--health-http',
      '80/',
      ...hasty,
      image('app:v1'),
    );
    expect(await ok('service', 'scale', '-d', 'brief=2')).toMatch(/^\d+$/);
    expect(await ok('service', 'scale', '-q', 'brief=3')).toMatch(/^\d+$/);
    const late = await restow('service', 'scale', '--timeout', '400ms', 'brief=4');
    expect(late.code).toBe(5);
    await vi.waitFor(async () => expect(await running('brief')).toHaveLength(4), soon);
  });

  test('SCL-04: new containers that fail are taken back: the others serve on, and it ends with 3', async () => {
    const { ok, restow, containers, running, image } = cluster();
    await ok('service', 'run', '--name', 'bad', '-t', '2', ...hasty, image('app:v1'));
    const before = await running('bad');
    await ok('service', 'update', '--run-command', 'false', 'bad');
    expect((await restow('service', 'scale', 'bad=4')).code).toBe(3);
    expect((await running('bad')).map(identity)).toEqual(before.map(identity));
    const [view] = await cluster().json<{ slots: unknown[]; definition: { count: number } }[]>(
      ...['service', 'inspect', 'bad'],
    );
    expect([view!.slots.length, view!.definition.count]).toEqual([2, 2]);
    expect((await containers('bad')).filter(({ State }) => State.Running)).toHaveLength(2);
  });

  test('STR-04: a node that gets the tag, is uncordoned or joins again is given one, with no command; none is ended by it', async () => {
    const { ok, json, lab, running, restow, image } = cluster();
    await ok('tag', 'add', '-t', 'here', 'n1', 'n2');
    await ok('node', 'cordon', 'n2');
    const everyNode = ['--deployment-strategy', 'EVERY_NODE', '--tag', 'here', ...hasty];
    await ok('service', 'run', '--name', 'ev', ...everyNode, image('app:v1'));
    await ok('service', 'create', '--name', 'idle', ...everyNode, image('app:v1'));
    const [first] = await running('ev');
    expect(await hostsOf('ev')).toEqual(['n1']);
    const refused = await restow('service', 'scale', 'ev=3');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('ev cannot be scaled: EVERY_NODE puts one slot on every node that fits'),
    ]);
    // An edit waits for its redeploy, whoever comes.
    await ok('service', 'update', '--image', image('app:v2'), 'ev');

    await ok('node', 'uncordon', 'n2');
    await vi.waitFor(async () => expect(await hostsOf('ev')).toEqual(['n1', 'n2']), soon);
    await lab.stopAgent('n3');
    await ok('tag', 'add', '-t', 'here', 'n3');
    await lab.startAgent('n3');
    await vi.waitFor(async () => expect(await hostsOf('ev')).toEqual(['n1', 'n2', 'n3']), soon);

    const all = await running('ev');
    expect(identity(all[0]!)).toEqual(identity(first!));
    expect(all.map(({ Config }) => Config.Image)).toEqual(all.map(() => first!.Config.Image));
    await vi.waitFor(async () => {
      const rows = await json<{ kind: string; requestedBy: string; state: string }[]>('deployment', 'ls', 'ev');
      expect(rows.map(({ kind, requestedBy, state }) => [kind, requestedBy, state])).toEqual([
        ['scale', 'Restow itself', 'succeeded'],
        ['scale', 'Restow itself', 'succeeded'],
        ['deploy', 'operator', 'succeeded'],
      ]);
    }, soon);

    // What is taken away from a node ends nothing there before the next redeploy.
    await ok('tag', 'rm', '-t', 'here', 'n2');
    await ok('node', 'cordon', 'n3');
    await ok('node', 'uncordon', 'n3');
    expect(await hostsOf('ev')).toEqual(['n1', 'n2', 'n3']);
    await ok('service', 'redeploy', '--order', 'stop-first', 'ev');
    expect(await hostsOf('ev')).toEqual(['n1', 'n3']);
    expect(await cluster().containers('idle')).toEqual([]);
  });
});
