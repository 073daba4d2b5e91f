import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DockerEngine } from '@restow/agent/engine/docker-engine';
import { labPlace } from '@restow/lab/lab-place';
import type { ImageSpec } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import type { InstanceSpec } from '@restow/shared/domain/order';
import { engineReference } from '@restow/shared/domain/revision';
import { defaultContainerSettings, defaultHealthTiming } from '@restow/shared/domain/service';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aRealNode, type RealNode } from '../lib/a-real-node.ts';
import { anInstance, refOf, theNext } from '../lib/an-instance.ts';
import { whyNoEngine } from '../lib/real-engine.ts';

/** A shell script that is an image's whole program. */
const script = (lines: string, more: ImageSpec = {}): ImageSpec => ({ cmd: ['/bin/sh', '-c', lines], ...more });
const goesOn = 'while :; do sleep 1 & wait $!; done';
const idle = `trap 'exit 0' TERM; ${goesOn}`;

describe.skipIf(whyNoEngine !== null)(`orders on a Docker Engine (${whyNoEngine ?? 'a real one'})`, () => {
  let node: RealNode;
  let slots = 0;
  const made: InstanceSpec[] = [];

  const instanceOf = async (name: string, image: ImageSpec, given: Partial<InstanceSpec> = {}) => {
    const pushed = await node.push(name, 'v1', image);
    await node.order({ kind: 'pull-image', image: pushed });
    slots++;
    const instance = anInstance(pushed, {
      ...{ serviceName: name, slotId: `slot-${slots}`, address: `10.7.2.${slots}`, minRunningMs: 300, ...given },
    });
    made.push(instance);
    return instance;
  };
  const running = async (name: string, image: ImageSpec, given: Partial<InstanceSpec> = {}) => {
    const instance = await instanceOf(name, image, given);
    await node.order({ kind: 'take', instance, relayed: false });
    return instance;
  };
  const find = async ({ instanceId }: InstanceSpec) => (await node.engine.find(instanceId))!;
  const startEngineAgain = () =>
    node.shell(
      `rm -f /var/run/docker.pid; setsid dockerd --config-file ${join(hostDir(), 'engine.json')} >/dev/null 2>&1 </dev/null &`,
    );
  const hostDir = () => labPlace(node.lab.dir).hostDir('n1');
  const wordsOf = async (instance: InstanceSpec) =>
    (await node.order({ kind: 'put-aside', instance: refOf(instance), tailLines: 20 })).logTail;

  beforeAll(async () => {
    node = await aRealNode();
  });
  afterEach(async () => {
    for (const instance of made.splice(0)) {
      await node.order({ kind: 'put-aside', instance: refOf(instance), tailLines: 0 });
      await node.order({ kind: 'retire', instance: refOf(instance) });
    }
  });
  afterAll(() => node?.[Symbol.asyncDispose]());

  describe('drain', () => {
    it('asks with the image’s own signal', async () => {
      const instance = await running(
        'signal',
        script(`trap 'echo asked by USR1; exit 4' USR1; trap 'exit 5' TERM; ${goesOn}`, { stopSignal: 'SIGUSR1' }),
      );
      expect(await node.order({ kind: 'drain', instance: refOf(instance) })).toMatchObject({
        ...{ exitCode: 4, killed: false },
      });
      expect(await wordsOf(instance)).toEqual(['asked by USR1']);
    });

    it('asks with the service’s signal where it has one', async () => {
      const instance = await running(
        'own-signal',
        script(`trap 'exit 4' USR1; trap 'exit 6' INT; ${goesOn}`, { stopSignal: 'SIGUSR1' }),
        { stopSignal: 'SIGINT' },
      );
      expect(await node.order({ kind: 'drain', instance: refOf(instance) })).toMatchObject({ exitCode: 6 });
    });

    it('lets it finish within the grace, and kills it after', async () => {
      const slow = script(`trap 'echo finishing; usleep 700000; echo finished; exit 0' TERM; ${goesOn}`);
      const patient = await running('patient', slow, { stopGraceMs: 5000 });
      const finished = await node.order({ kind: 'drain', instance: refOf(patient) });
      expect(finished).toMatchObject({ exitCode: 0, killed: false });
      expect(finished.tookMs).toBeGreaterThanOrEqual(700);
      expect(await wordsOf(patient)).toEqual(['finishing', 'finished']);

      const endless = script(`trap 'echo never' TERM; ${goesOn}`);
      const stubborn = await running('stubborn', endless, { stopGraceMs: 1000 });
      const killed = await node.order({ kind: 'drain', instance: refOf(stubborn) });
      expect(killed).toMatchObject({ exitCode: 137, killed: true });
      expect(killed.tookMs).toBeGreaterThanOrEqual(1000);
      expect(killed.tookMs).toBeLessThan(4000);
      expect(await wordsOf(stubborn)).toEqual(['never']);
    });
  });

  describe('take', () => {
    it('completes what was left half made', async () => {
      const instance = await instanceOf('half', script(idle));
      await node.order({ kind: 'prepare', instance });
      const { containerId } = await find(instance);
      await node.docker('network', 'disconnect', 'restow-overlay', containerId);
      expect((await find(instance)).isComplete).toBe(false);
      await node.order({ kind: 'take', instance, relayed: false });
      expect(await find(instance)).toMatchObject({ containerId, overlayAddress: instance.address, isComplete: true });
    });

    const checked = (test: string): ImageSpec =>
      script(`usleep 600000; touch /tmp/ready; ${idle}`, {
        healthCheck: { test: ['CMD-SHELL', test], intervalMs: 200, timeoutMs: 2000, retries: 1 },
      });

    it('waits for the image’s HEALTHCHECK, which may first say no', async () => {
      const instance = await instanceOf('checked', checked('echo looking; test -e /tmp/ready'));
      const { healthyAfterMs } = await node.order({ kind: 'take', instance, relayed: false });
      expect(healthyAfterMs).toBeGreaterThan(500);
      expect((await find(instance)).health).toBe('healthy');
      expect(await node.order({ kind: 'take', instance, relayed: false })).toEqual({
        healthyAfterMs: expect.any(Number),
      });
    });

    it.each<[string, Partial<InstanceSpec>]>([
      ['the image’s check', {}],
      ['a command of the service’s own', { healthCheck: { kind: 'command', command: ['test', '-e', '/tmp/ready'] } }],
    ])('makes %s itself rather than wait for the engine, which looks first after an interval', async (_, own) => {
      const image = checked('test -e /tmp/ready');
      image.healthCheck!.intervalMs = 30_000;
      const timing = { ...defaultHealthTiming, intervalMs: 30_000 };
      const instance = await instanceOf('impatient', image, { healthTiming: timing, ...own });
      const { healthyAfterMs } = await node.order({ kind: 'take', instance, relayed: false });
      expect(healthyAfterMs).toBeGreaterThan(500);
      expect(healthyAfterMs).toBeLessThan(5000);
      const { containerId } = await find(instance);
      expect(await node.inspect(containerId, '{{.Config.Healthcheck.Interval}} {{.State.Health.Status}}')).toBe(
        '30s starting',
      );
    });

    it('takes no check for passed that took longer than it may', async () => {
      const taking = async (timeoutMs: number, healthDeadlineMs: number) => {
        const instance = await instanceOf('dull', script(idle), {
          healthCheck: { kind: 'command', command: ['sleep', '1'] },
          healthTiming: { ...defaultHealthTiming, intervalMs: 30_000, timeoutMs },
          healthDeadlineMs,
        });
        return node.give({ kind: 'take', instance, relayed: false });
      };
      expect(await taking(500, 2500)).toMatchObject({
        failure: { code: 'unhealthy', message: expect.stringContaining('took longer than 500 ms') },
      });
      expect(await taking(10_000, 15_000)).toMatchObject({ ok: true });
    });

    it('gives up at the deadline, and says what the check said', async () => {
      const instance = await instanceOf('sick', checked('echo no database; exit 1'), { healthDeadlineMs: 1500 });
      expect(await node.give({ kind: 'take', instance, relayed: false })).toMatchObject({
        failure: { code: 'unhealthy', message: expect.stringMatching(/1500 ms after its start.*no database/s) },
      });
      // It is left as it is: what becomes of it the next order says.
      expect((await find(instance)).state).toBe('running');
    });

    it('waits for a port to accept', async () => {
      const instance = await instanceOf('late', script('usleep 500000; nc -ll -p 81 -e true'), {
        healthCheck: { kind: 'tcp', port: 81 },
      });
      const { healthyAfterMs } = await node.order({ kind: 'take', instance, relayed: false });
      expect(healthyAfterMs).toBeGreaterThan(400);
    });

    it('says what the engine refused to start', async () => {
      const instance = await instanceOf('nothing', { cmd: ['/no/such/program'] });
      await node.order({ kind: 'prepare', instance });
      expect(await node.give({ kind: 'take', instance, relayed: false })).toMatchObject({
        failure: { code: 'engine-refused', message: expect.stringContaining('/no/such/program') },
      });
    });

    it('says that the address is held, and its holder goes on', async () => {
      const first = await running('holder', script(idle));
      const second = await instanceOf('holder', script(idle), { address: first.address });
      expect(await node.give({ kind: 'take', instance: second, relayed: false })).toMatchObject({
        failure: { code: 'address-in-use' },
      });
      expect((await find(first)).state).toBe('running');
    });
  });

  describe('what an engine refuses only as it starts a container is refused by prepare', () => {
    const settings = defaultContainerSettings;
    it.each<[string, Partial<InstanceSpec>, string]>([
      ['a user', { settings: { ...settings, user: 'stranger' } }, '/etc/passwd of the image names no user stranger'],
      [
        'a group',
        { settings: { ...settings, user: '0:strangers' } },
        '/etc/group of the image names no group strangers',
      ],
      ['a device', { settings: { ...settings, devices: ['/dev/none'] } }, 'this node has no device /dev/none'],
      ['what is no device', { settings: { ...settings, devices: ['/etc/passwd'] } }, 'no device /etc/passwd'],
      ['a program', { entrypoint: ['/no/such/program'] }, 'the image has no program /no/such/program'],
      ['a program by its name', { command: ['nosuch', '-v'] }, 'the image has no program nosuch'],
    ])('%s that is not there', async (_, given, because) => {
      const instance = await instanceOf('refused', script(idle), given);
      const refusal = { failure: { code: 'engine-refused', message: expect.stringContaining(because) } };
      expect(await node.give({ kind: 'prepare', instance })).toMatchObject(refusal);
      expect(await node.give({ kind: 'prepare', instance })).toMatchObject(refusal);
      // The engine's own word.
      expect(await node.give({ kind: 'take', instance, relayed: false })).toMatchObject({
        failure: { code: 'engine-refused' },
      });
    });

    it.each<[string, Partial<InstanceSpec>]>([
      ['by number', { settings: { ...settings, user: '1234:4321', devices: ['/dev/null'] }, command: ['sleep', '60'] }],
      ['by name', { settings: { ...settings, user: 'root', devices: ['/dev/null:/dev/zip:r'] } }],
      ['of the working directory', { settings: { ...settings, workingDir: '/bin' }, command: ['./sleep', '60'] }],
      [
        'in a mounted path',
        {
          hostPaths: [{ hostPath: '/bin', path: '/host', readOnly: true }],
          entrypoint: ['/host/busybox', 'sleep', '60'],
        },
      ],
    ])('and nothing that would start: %s', async (_, given) => {
      const instance = await instanceOf('accepted', script(idle), given);
      await node.order({ kind: 'prepare', instance });
      await node.order({ kind: 'take', instance, relayed: false });
    });
  });

  it('revive leaves one that crashes as it starts to the engine, which starts it again as it did before', async () => {
    const secondTime = 'test -e /once && ! test -e /twice && : >/twice && exit 3; : >/once';
    const instance = await running('shy', script(`${secondTime}; ${idle}`));
    await node.order({ kind: 'flip', instance: refOf(instance), towards: null });
    await node.order({ kind: 'drain', instance: refOf(instance) });
    expect(await node.give({ kind: 'revive', instance: refOf(instance) })).toMatchObject({
      failure: { code: 'instance-exited', exitCode: 3 },
    });
    await vi.waitFor(async () =>
      expect(await find(instance)).toMatchObject({ state: 'running', restartPolicy: 'always' }),
    );
  });

  it('prepare makes what the definition says, and an edit shows in the next instance only (DC-03)', async () => {
    const old = await running('settings', script(idle), {
      ...{ env: { COLOUR: 'blue' }, labels: { team: 'one' }, memoryBytes: 64 * 2 ** 20 },
    });
    const format = '{{json .Config.Env}} {{.Config.Labels.team}} {{.HostConfig.Memory}} {{json .Config.Cmd}}';
    const before = await node.inspect((await find(old)).containerId, format);
    expect(before).toContain('"COLOUR=blue"');
    expect(before).toContain(` one ${64 * 2 ** 20} `);
    const command = ['/bin/sh', '-c', `echo edited; ${idle}`];
    const next = theNext(old, old.image, {
      ...{ env: { COLOUR: 'green' }, labels: { team: 'two' }, memoryBytes: 128 * 2 ** 20, command },
    });
    made.push(next);
    await node.order({ kind: 'prepare', instance: next });
    expect(await node.inspect((await find(old)).containerId, format)).toBe(before);
    await node.order({ kind: 'drain', instance: refOf(old) });
    await node.order({ kind: 'take', instance: next, relayed: false });
    const after = await node.inspect((await find(next)).containerId, format);
    expect(after).toContain('"COLOUR=green"');
    expect(after).not.toContain('blue');
    expect(after).toContain(` two ${128 * 2 ** 20} `);
    expect(await wordsOf(next)).toEqual(['edited']);
  });

  it('an instance with the node’s own network is swapped with nothing of the overlay or the port map about it', async () => {
    const own = { net: 'host', healthCheck: { kind: 'http', port: 8085, path: '/' } } as const;
    const map = await node.portMap();
    const old = await instanceOf('own-network', sampleApp('v1'), { env: { PORT: '8085' }, ...own });
    const next = theNext(old, old.image);
    made.push(next);
    const answers = () => node.get('http://127.0.0.1:8085/');
    await node.order({ kind: 'prepare', instance: old });
    await node.order({ kind: 'take', instance: old, relayed: false });
    for (const kind of ['flip', 'settle'] as const)
      await node.order<'flip' | 'settle'>({ kind, instance: refOf(old), towards: null });
    expect(await answers()).toBe('v1');
    expect(await node.inspect((await find(old)).containerId, '{{.HostConfig.NetworkMode}}')).toBe('host');
    await node.order({ kind: 'prepare', instance: next });
    await node.order({ kind: 'drain', instance: refOf(old) });
    expect(await answers()).toBe('');
    await node.order({ kind: 'take', instance: next, relayed: false });
    for (const kind of ['flip', 'settle'] as const)
      await node.order<'flip' | 'settle'>({ kind, instance: refOf(next), towards: null });
    expect(await answers()).toBe('v1');
    await node.order({ kind: 'put-aside', instance: refOf(next), tailLines: 0 });
    await node.order({ kind: 'revive', instance: refOf(old) });
    expect(await answers()).toBe('v1');
    expect(await node.portMap()).toEqual(map);
    const networks = '{{range $name, $end := .NetworkSettings.Networks}}{{$name}} {{end}}';
    expect(await node.inspect((await find(old)).containerId, networks)).toBe('host');
  });

  it('a read-only volume cannot be written', async () => {
    const volumes = [{ name: 'shared-data', path: '/data', readOnly: true, borrowed: false }];
    const instance = await running('reader', script(`touch /data/x 2>&1 || echo refused; ${idle}`), { volumes });
    expect(await wordsOf(instance)).toEqual([expect.stringContaining('Read-only file system'), 'refused']);
  });

  it('a pull that finds the disk full says so, leaves nothing half done, and works when there is space', async () => {
    const image = await node.push('big', 'v1', { files: [{ path: 'big', content: randomBytes(4 * 2 ** 20) }] });
    const spool = join(hostDir(), 'docker/tmp');
    await node.shell(`mount -t tmpfs -o size=1m tmpfs ${spool}`);
    expect(await node.give({ kind: 'pull-image', image })).toMatchObject({
      failure: { code: 'disk-full', message: expect.stringContaining('No space left on this node') },
    });
    expect(await node.engine.hasImage(image)).toBe(false);
    await node.shell(`umount ${spool}`);
    node.progress.length = 0;
    const pulled = await node.order({ kind: 'pull-image', image });
    expect(pulled).toMatchObject({ alreadyPresent: false });
    expect(pulled.bytes).toBeGreaterThan(4 * 2 ** 20);
    expect(node.progress.at(-1)?.total).toBeGreaterThan(0);
  });

  it('survey names a foreign container by its port', async () => {
    const instance = await running('neighbour', script(idle));
    const image = engineReference(instance.image);
    await node.docker(...['run', '-d', '--name', 'foreign', '-p', '8090:80', image]);
    const ports = [{ protocol: 'tcp', port: 8090 } as const];
    const holder = { kind: 'container', containerName: 'foreign' };
    expect(await node.order({ kind: 'survey', image: instance.image, ports, dynamicPorts: null, volumes: [] })).toEqual(
      {
        imagePresent: true,
        portsInUse: [{ protocol: 'tcp', port: 8090, holder }],
        foreignVolumes: [],
      },
    );
    const wanting = theNext(instance, instance.image, {
      ports: [{ containerPort: 80, hostPort: 8090, protocol: 'tcp' }],
    });
    expect(await node.give({ kind: 'prepare', instance: wanting })).toMatchObject({
      failure: { code: 'port-in-use', message: expect.stringContaining('published by container foreign') },
    });
    expect(await node.engine.find(wanting.instanceId)).toBeNull();
    await node.docker('rm', '-f', 'foreign');
  });

  it('a container that a person runs of an image made of ours is his, though it has our labels', async () => {
    const instance = await running('committed', script(idle));
    const { containerName, containerId } = await find(instance);
    await node.docker('commit', containerId, 'mine:latest');
    await node.docker(...['run', '-d', '--name', 'his', '-p', '8091:80', 'mine:latest']);
    // As an agent sees it that starts now, and has found nothing yet.
    const engine = new DockerEngine({ socketPath: node.socketPath, nodeId: 'n1' });
    expect(await engine.find(instance.instanceId)).toMatchObject({ containerName });
    expect((await engine.list()).map((each) => each.containerName)).not.toContain('his');
    expect(await engine.foreignPublishedPorts()).toMatchObject([{ port: 8091, holder: { containerName: 'his' } }]);
    await node.docker('rm', '-f', containerId);
    expect(await engine.find(instance.instanceId)).toBeNull();
    await node.docker('rm', '-f', 'his');
  });

  it.each(['without', 'with'])(
    'a line longer than the engine keeps in one piece is read in parts, %s a terminal',
    async (terminal) => {
      const words = `head -c 40000 /dev/zero | tr '\\0' x; echo; echo after; sleep 60`;
      const image = await node.push('long', 'v1', script(words));
      await node.order({ kind: 'pull-image', image });
      const options = ['run', '-d', '--log-driver', 'json-file', ...(terminal === 'with' ? ['-t'] : [])];
      const containerId = await node.docker(...options, engineReference(image));
      const parts: [number, boolean][] = [];
      for await (const { line, partial } of node.engine.logs(
        containerId,
        { follow: true },
        AbortSignal.timeout(10_000),
      )) {
        parts.push([line.length, partial]);
        if (line === 'after') break;
      }
      expect(parts).toEqual([
        [16_384, true],
        [16_384, true],
        [40_000 - 2 * 16_384, false],
        ['after'.length, false],
      ]);
      await node.docker('rm', '-f', containerId);
    },
  );

  // Last, since it takes the engine away.
  it('an engine that is killed in the middle wakes the one that serves, and never the one that was drained', async () => {
    const drained = await running('drained', script(idle));
    await node.order({ kind: 'flip', instance: refOf(drained), towards: null });
    const serving = await running('serving', script(idle));
    await node.order({ kind: 'flip', instance: refOf(serving), towards: null });
    const { nodeAddress } = await find(serving);
    await node.order({ kind: 'drain', instance: refOf(drained) });

    const waiting = node.engine.whenEnded((await find(serving)).containerId, AbortSignal.timeout(20_000));
    const gone = expect(waiting).rejects.toMatchObject({ failure: 'engine-unavailable' });
    await node.shell('kill -9 $(pidof dockerd)');
    await gone;
    // Connections that stood break off first; a new one finds nobody.
    await vi.waitFor(async () =>
      expect(await node.give({ kind: 'drain', instance: refOf(serving) })).toMatchObject({
        failure: { code: 'engine-unavailable', message: expect.stringContaining('No Docker Engine answers at') },
      }),
    );
    await startEngineAgain();
    await vi.waitFor(async () => expect((await find(serving)).state).toBe('running'), { timeout: 20_000 });
    expect(await find(serving)).toMatchObject({ nodeAddress, overlayAddress: serving.address });
    expect(await find(drained)).toMatchObject({ state: 'stopped', restartPolicy: 'no' });
  });
});
