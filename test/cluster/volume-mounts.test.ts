import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import type { VolumeView } from '@restow/shared/domain/view';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';

const quick = ['--min-running', '200ms', '--watch', '0s'];

/** What an engine reports when data or a container was touched. */
const touching = ['pull', 'create', 'start', 'kill', 'stop', 'die', 'destroy'];

describeCluster('what a slot mounts', (cluster) => {
  const only = async (service: string): Promise<EngineContainer> => {
    const running = await cluster().running(service);
    expect(running).toHaveLength(1);
    return running[0]!;
  };
  const mountsOf = ({ Mounts }: EngineContainer): Record<string, string> =>
    Object.fromEntries(
      Mounts.map(({ Destination, Type, Name, RW }) => [Destination, `${Type} ${Name ?? ''} ${RW ? 'rw' : 'ro'}`]),
    );
  /** Names of the volumes a host's engine has. */
  const volumesOn = async (host: string): Promise<string[]> => {
    const names = await cluster().lab.docker(host, 'volume', 'ls', '-q');
    return names === '' ? [] : names.split('\n').sort();
  };
  const listed = async (): Promise<VolumeView[]> => cluster().json<VolumeView[]>('volume', 'ls', '--size');
  /**
   * A command that is refused: its exit code, what it said, and that no engine did anything for it. An earlier service's
   * last containers may still be going.
   */
  const refused = async (...words: string[]): Promise<{ code: number; stderr: string }> => {
    const since = new Date().toISOString();
    const { code, stderr } = await cluster().restow(...words);
    const acts = (await cluster().events(since)).filter(({ Action }) => touching.includes(Action));
    const ofOurs = acts.filter(({ Type, Actor }) => {
      const service = Actor.Attributes['io.restow.service-name'];
      return Type === 'image' || (service !== undefined && words.includes(service));
    });
    expect(ofOurs).toEqual([]);
    return { code, stderr };
  };
  const run = (name: string, ...flags: string[]) =>
    cluster().ok('service', 'run', '--name', name, ...quick, ...flags, cluster().image('app:v1'));

  test('VOL-02, STR-06: each slot has a volume of its own, also where two share a node; a file of one is in no other', async () => {
    const { running, inside, ok } = cluster();
    await run('trio', '-t', '3', '-v', '/data', '-v', 'hold:/hold');
    await inside('trio-1', 'echo mine >/data/mine; echo mine >/hold/mine');
    const mounts = (await running('trio')).map(mountsOf);
    expect(new Set(mounts.map((each) => each['/data'])).size).toBe(3);
    expect(mounts.map((each) => each['/hold'])).toEqual(['volume hold-1 rw', 'volume hold-2 rw', 'volume hold-3 rw']);
    for (const slot of ['trio-2', 'trio-3']) expect(await inside(slot, 'ls /hold; ls /data')).toBe('starts');
    await ok('service', 'rm', 'trio');

    await ok(
      'service',
      'run',
      '--name',
      'pair',
      '-t',
      '2',
      '--tag',
      'only-n1',
      '-v',
      '/data',
      ...quick,
      cluster().image('app:v1'),
    );
    const pair = await running('pair');
    expect(pair.map(({ host }) => host)).toEqual(['n1', 'n1']);
    expect(new Set(pair.map((each) => mountsOf(each)['/data'])).size).toBe(2);
    await ok('service', 'rm', 'pair');
  });

  test('STR-06: with EVERY_NODE each container has its own, and finds it again on its node', async () => {
    const { running, inside, ok, hosts } = cluster();
    await run('every', '--deployment-strategy', 'EVERY_NODE', '-v', '/data');
    const before = await running('every');
    expect(before.map(({ host }) => host).sort()).toEqual(hosts);
    for (const [at] of before.entries()) await inside(`every-${at + 1}`, `echo ${before[at]!.host} >/data/where`);
    await ok('service', 'redeploy', 'every');
    const after = await running('every');
    expect(after.map(mountsOf)).toEqual(before.map(mountsOf));
    for (const [at] of after.entries())
      expect(await inside(`every-${at + 1}`, 'cat /data/where')).toBe(after[at]!.host);
    await ok('service', 'rm', 'every');
  });

  describe('VOL-05: host paths', () => {
    const onHost = (host: string, line: string) => cluster().lab.exec(host, ['sh', '-c', line]);
    beforeAll(async () => {
      await onHost('n1', 'mkdir -p /run/restow-test-ro && echo given >/run/restow-test-ro/file');
      await run('paths', '--tag', 'only-n1', '-v', '/run/restow-test-ro:/ro:ro', '-v', '/run/restow-test-rw:/rw');
    });
    afterAll(async () => {
      await cluster().ok('service', 'rm', 'paths');
      for (const host of ['n1', 'n2']) await onHost(host, 'rm -rf /run/restow-test-ro /run/restow-test-rw');
    });

    test('one for reading is read and not written; one for writing is seen on the host', async () => {
      const { inside } = cluster();
      expect(await inside('paths-1', 'cat /ro/file')).toBe('given');
      await expect(inside('paths-1', 'echo x >/ro/file')).rejects.toThrow(/Read-only file system/);
      await inside('paths-1', 'echo written >/rw/file');
      expect((await onHost('n1', 'cat /run/restow-test-rw/file')).stdout).toBe('written\n');
    });

    test('they do not follow a slot to another node, and the plan says so before', async () => {
      const { ok, inside } = cluster();
      await ok('service', 'update', '--tag', 'only-n2', 'paths');
      expect(await ok('plan', 'paths')).toMatch(
        /What paths-1 has in \/run\/restow-test-ro and \/run\/restow-test-rw of n1 stays there/,
      );
      await ok('service', 'redeploy', 'paths');
      expect(await inside('paths-1', 'ls /ro /rw')).not.toContain('file');
      expect((await onHost('n1', 'cat /run/restow-test-rw/file')).stdout).toBe('written\n');
    });
  });

  describe('VOL-06, VOL-07: volumes of another service', () => {
    beforeAll(async () => {
      await run('store', '--tag', 'only-n2', '-v', '/data', '-v', '/run/restow-test-lent:/lent');
      await cluster().inside('store-1', 'echo treasure >/data/file; echo path >/lent/file');
      await cluster().ok(
        'service',
        'run',
        '--name',
        'reader',
        '-t',
        '2',
        '--volumes-from',
        'store:ro',
        ...quick,
        cluster().image('app:v1'),
      );
    });
    afterAll(async () => {
      await cluster().lab.exec('n2', ['rm', '-rf', '/run/restow-test-lent']);
    });

    test('are at the same paths, on the node of their owner, as wide as they were given', async () => {
      const { running, inside } = cluster();
      const owner = await only('store');
      const readers = await running('reader');
      expect(readers.map(({ host }) => host)).toEqual(['n2', 'n2']);
      for (const reader of readers)
        expect(mountsOf(reader)).toEqual({
          '/data': mountsOf(owner)['/data']!.replace(/rw$/, 'ro'),
          '/lent': mountsOf(owner)['/lent']!.replace(/rw$/, 'ro'),
        });
      expect(await inside('reader-2', 'cat /data/file /lent/file')).toBe('treasure\npath');
      await expect(inside('reader-1', 'echo x >/data/file')).rejects.toThrow(/Read-only file system/);
    });

    test('where tags forbid the node of the owner it is refused, with the owner and the node (4)', async () => {
      const { ok } = cluster();
      await ok('service', 'update', '--tag', 'only-n1', 'reader');
      const { code, stderr } = await refused('service', 'redeploy', 'reader');
      expect(code).toBe(4);
      expect(stderr).toContain('reader-1 has to stay on n2 with what store-1 lends, but n2 lacks tag only-n1');
      await ok('service', 'update', '--tag', '', 'reader');
    });

    test('the owner cannot be removed while they are mounted, and can be afterwards', async () => {
      const { ok } = cluster();
      const { code, stderr } = await refused('service', 'rm', 'store');
      expect(code).toBe(1);
      expect(stderr).toContain('store cannot be removed while reader mounts its volumes');
      await ok('service', 'rm', 'reader');
      await ok('service', 'rm', 'store');
    });

    test('in a circle, or of nobody, they are refused when they are said', async () => {
      const { ok, image } = cluster();
      await ok('service', 'create', '--name', 'ring-a', image('app:v1'));
      await ok('service', 'create', '--name', 'ring-b', '--volumes-from', 'ring-a', image('app:v1'));
      const circle = await refused('service', 'update', '--volumes-from', 'ring-b', 'ring-a');
      expect(circle.code).toBe(2);
      expect(circle.stderr).toContain('ring-a mounts from ring-b mounts from ring-a: a circle');
      const nobody = await refused('service', 'update', '--volumes-from', 'nobody', 'ring-a');
      expect(nobody.stderr).toContain('there is no service nobody to mount from');
      await ok('service', 'rm', 'ring-b');
      await ok('service', 'rm', 'ring-a');
    });
  });

  describe('VOL-04, VOL-09: listed, kept and deleted', () => {
    test('VOL-09: the list is that of the engines, detached ones included, with sizes and users', async () => {
      const { hosts, lab, ok, inside } = cluster();
      await run('sized', '-t', '2', '-v', '/data');
      await inside(
        'sized-1',
        'head -c 3000000 /dev/urandom >/data/blob; mkdir /data/d; head -c 70000 /dev/urandom >/data/d/e',
      );
      const all = await listed();
      for (const host of hosts) {
        const here = all.filter(({ nodeName }) => nodeName === host);
        expect(here.map(({ name }) => name).sort()).toEqual(await volumesOn(host));
        for (const { name, bytes, users } of here) {
          const dir = await lab.docker(host, 'volume', 'inspect', '-f', '{{.Mountpoint}}', name);
          const { stdout } = await lab.exec(host, ['du', '-s', '--block-size=1', dir]);
          expect(Math.abs(bytes! - Number.parseInt(stdout, 10))).toBeLessThanOrEqual(bytes! / 100);
          const mounting = await lab.docker(host, 'ps', '-a', '--filter', `volume=${name}`, '--format', '{{.Names}}');
          expect(users).toEqual(mounting === '' ? [] : mounting.split('\n').sort());
        }
      }
      expect(all.some(({ state }) => state === 'detached')).toBe(true);
      await ok('service', 'rm', 'sized');
    });

    test('VOL-04: purge deletes a detached volume when its name is given twice, and nothing else ever does', async () => {
      const { ok, json, inside, restow } = cluster();
      await run('doomed', '--tag', 'only-n1', '-v', 'doom:/data');
      await inside('doomed-1', 'echo precious >/data/file');
      const attached = await refused('volume', 'purge', '--confirm', 'doom-1', 'doom-1');
      expect(attached.code).toBe(1);
      expect(attached.stderr).toContain('attached to doomed-1');
      await ok('service', 'rm', 'doomed');
      expect(await volumesOn('n1')).toContain('doom-1');
      for (const words of [['doom-1'], ['--confirm', 'doom', 'doom-1']]) {
        const { code, stderr } = await restow('volume', 'purge', ...words);
        expect(code).not.toBe(0);
        expect(stderr).toContain('doom-1');
      }
      expect(await volumesOn('n1')).toContain('doom-1');
      expect((await json<VolumeView[]>('volume', 'inspect', 'doom-1'))[0]).toMatchObject({
        ...{ state: 'detached', nodeName: 'n1', mountName: 'doom', users: [] },
      });
      await ok('volume', 'purge', '--confirm', 'doom-1', 'doom-1');
      expect(await volumesOn('n1')).not.toContain('doom-1');
      expect((await listed()).map(({ name }) => name)).not.toContain('doom-1');
      expect((await restow('volume', 'inspect', 'doom-1')).stderr).toContain('There is no volume "doom-1"');
    });

    test('a volume with a name is found again by a later service, with what is in it, on its node', async () => {
      const { ok, inside } = cluster();
      await run('earlier', '--tag', 'only-n2', '-v', 'legacy:/data');
      await inside('earlier-1', 'echo inheritance >/data/file');
      await ok('service', 'rm', 'earlier');
      await run('heir', '-v', 'legacy:/var/data');
      expect((await only('heir')).host).toBe('n2');
      expect(await inside('heir-1', 'cat /var/data/file')).toBe('inheritance');
      const { code, stderr } = await refused(
        'service',
        'run',
        '--name',
        'usurper',
        '-v',
        'legacy:/data',
        cluster().image('app:v1'),
      );
      expect(code).toBe(1);
      expect(stderr).toContain('volume legacy-1, which its mount /data asks for by name, is attached to another slot');
      await ok('service', 'rm', 'heir', 'usurper');
    });

    /** What was made by hand, whatever became of the test: others count foreign containers. */
    afterEach(async () => {
      const { hosts, lab } = cluster();
      for (const host of hosts)
        await lab.exec(host, ['sh', '-c', 'docker rm -f foreigner; docker volume rm foreign-1']);
    });

    test('a name that a foreign container uses is refused before anything moves, with who uses it', async () => {
      const { ok, lab, image } = cluster();
      for (const host of cluster().hosts)
        await lab.docker(
          host,
          'run',
          '-d',
          '--name',
          'foreigner',
          '-v',
          'foreign-1:/x',
          '--network',
          'none',
          image('app:v1'),
        );
      const words = ['service', 'run', '--name', 'intruder', '-v', 'foreign:/data', image('app:v1')];
      const { code, stderr } = await refused(...words);
      expect(code).toBe(4);
      expect(stderr).toContain("volume foreign-1 of n1 is not Restow's, used by foreigner");
      await lab.docker('n3', 'rm', '-f', 'foreigner');
      await lab.docker('n3', 'volume', 'rm', 'foreign-1');
      await ok('service', 'start', 'intruder');
      expect((await only('intruder')).host).toBe('n3');
      for (const host of ['n1', 'n2']) {
        expect(await lab.docker(host, 'ps', '--format', '{{.Names}}')).toContain('foreigner');
        await lab.docker(host, 'rm', '-f', 'foreigner');
        await lab.docker(host, 'volume', 'rm', 'foreign-1');
      }
      await ok('service', 'rm', 'intruder');
    });
  });

  test('VOL-01: a VOLUME of the image below a host path of the definition is no volume of its own', async () => {
    const { lab, image, ok } = cluster();
    await pushImage(lab.registry.address, 'volumed', 'v1', sampleApp('v1', { volumes: ['/var/a', '/var/b'] }));
    await ok(
      'service',
      'run',
      '--name',
      'covered',
      '-v',
      '/run/restow-test-covered:/var/a',
      ...quick,
      image('volumed:v1'),
    );
    const container = await only('covered');
    expect(Object.keys(mountsOf(container)).sort()).toEqual(['/var/a', '/var/b']);
    expect(mountsOf(container)['/var/a']).toMatch(/^bind/);
    expect(mountsOf(container)['/var/b']).toMatch(/^volume covered-1-var-b-/);
    await ok('service', 'rm', 'covered');
    await lab.exec(container.host, ['rm', '-rf', '/run/restow-test-covered']);
  });

  beforeAll(async () => {
    const { ok } = cluster();
    for (const host of ['n1', 'n2']) await ok('tag', 'add', '-t', `only-${host}`, host);
  });
});
