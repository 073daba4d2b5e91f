import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeCluster, slotIndex } from '../lab/cluster.ts';

interface ListedVolume {
  name: string;
  nodeName: string;
  slotName: string;
  path: string;
  state: 'attached' | 'detached';
}

const quick = ['--min-running', '200ms', '--watch', '0s'];

/** What would touch a container or fetch an image. */
const touching = ['pull', 'create', 'start', 'kill', 'stop', 'die', 'destroy'];

describeCluster('volumes of slots', (cluster) => {
  /** The volume of each slot of a service at a path, by the mounts of the containers that run, with its host. */
  const mounted = async (service: string, path = '/data') =>
    Object.fromEntries(
      (await cluster().running(service)).map((container) => {
        const mount = container.Mounts.find(({ Destination }) => Destination === path);
        return [`${service}-${slotIndex(container)}`, `${container.host} ${mount?.Type} ${mount?.Name}`];
      }),
    );
  const homes = async (service: string) => (await cluster().running(service)).map(({ host }) => host);
  /** Fills a slot's volume with a word of its own, some random bytes and a file further down. */
  const fill = (slot: string, path = '/data') =>
    cluster().inside(
      slot,
      `cd ${path} && echo "nonce of ${slot}" >nonce && head -c 65536 /dev/urandom >blob && mkdir -p deep/er && head -c 999 blob >deep/er/file`,
    );
  /** Every file of a volume with its SHA-256, but the one to which each start of the application adds a line. */
  const hashing = 'find . -type f ! -name starts | sort | xargs -r sha256sum';
  const bytesOf = (slot: string, path = '/data') => cluster().inside(slot, `cd ${path} && ${hashing}`);
  /** The same of a volume by its name, read on its host, whether or not anything mounts it. */
  const bytesOn = async (host: string, volume: string): Promise<string> => {
    const { lab } = cluster();
    const dir = await lab.docker(host, 'volume', 'inspect', '-f', '{{.Mountpoint}}', volume);
    const { stdout, stderr, code } = await lab.exec(host, ['sh', '-c', `cd ${dir} && ${hashing}`]);
    if (code !== 0) throw new Error(`${volume} on ${host} cannot be read: ${stderr}`);
    return stdout.trim();
  };
  const splitMount = (mount: string) => {
    const [host = '', , name = ''] = mount.split(' ');
    return { host, name };
  };
  /** What `restow volume ls` says of a service's volumes, by name. */
  const listed = async (service: string) =>
    Object.fromEntries(
      (await cluster().json<ListedVolume[]>('volume', 'ls'))
        .filter(({ slotName }) => slotName.startsWith(`${service}-`))
        .map(({ name, nodeName, slotName, path, state }) => [name, `${nodeName} ${slotName} ${path} ${state}`]),
    );
  const change = async (service: string, ...flags: string[]) => cluster().ok('service', 'update', ...flags, service);

  /** Runs something that is to be refused with the engines untouched, and returns what it told the person. */
  const refusedUntouched = async (...words: string[]): Promise<string> => {
    const { restow, events } = cluster();
    const since = new Date().toISOString();
    const { code, stderr } = await restow(...words);
    expect({ code, stderr }).toMatchObject({ code: 4 });
    expect((await events(since)).filter(({ Action }) => touching.includes(Action))).toEqual([]);
    return stderr;
  };

  describe('of a service with two slots', () => {
    let first: Record<string, string>;
    let bytes: string[];
    const slots = ['ledger-1', 'ledger-2'];

    beforeAll(async () => {
      const { ok, image } = cluster();
      await ok('service', 'run', '--name', 'ledger', '-t', '2', '-v', '/data', ...quick, image('app:v1'));
      for (const slot of slots) await fill(slot);
      first = await mounted('ledger');
      bytes = await Promise.all(slots.map((slot) => bytesOf(slot)));
    });

    test('DC-20, TU-12, VOL-03: without a flag each slot finds its own volume again, to the byte', async () => {
      const { ok, image, inside, running } = cluster();
      expect(new Set(bytes).size).toBe(2);
      const before = (await running('ledger')).map(({ Id }) => Id);
      await change('ledger', '--image', image('app:v2'));
      await ok('service', 'redeploy', 'ledger');
      expect((await running('ledger')).filter(({ Id }) => before.includes(Id))).toEqual([]);
      expect(await mounted('ledger')).toEqual(first);
      for (const [at, slot] of slots.entries()) {
        expect(await inside(slot, 'cat /data/nonce')).toBe(`nonce of ${slot}`);
        expect(await bytesOf(slot)).toBe(bytes[at]);
        expect(await inside(slot, 'cat /data/starts')).toMatch(/^app v1 started at \S+\napp v2 started at \S+$/);
      }
      for (const slot of slots) {
        const { host, name } = splitMount(first[slot]!);
        expect(await listed('ledger')).toMatchObject({ [name]: `${host} ${slot} /data attached` });
      }
    });

    test('DC-20: with --not-reuse-volumes each slot gets an empty one; the old ones stay where they are, listed as detached', async () => {
      const { ok, lab, inside } = cluster();
      await ok('service', 'redeploy', '--not-reuse-volumes', 'ledger');
      const fresh = await mounted('ledger');
      for (const [at, slot] of slots.entries()) {
        expect(await inside(slot, 'find /data -type f')).toBe('/data/starts');
        expect(await inside(slot, 'cat /data/starts')).toMatch(/^app v2 started at \S+$/);
        const old = splitMount(first[slot]!);
        const now = splitMount(fresh[slot]!);
        expect(now.name).not.toBe(old.name);
        expect(await lab.docker(old.host, 'volume', 'ls', '-q', '-f', `name=${old.name}`)).toBe(old.name);
        expect(await bytesOn(old.host, old.name)).toBe(bytes[at]);
        expect(await listed('ledger')).toMatchObject({
          [old.name]: `${old.host} ${slot} /data detached`,
          [now.name]: `${now.host} ${slot} /data attached`,
        });
      }
      // The next redeploy goes on with the new ones: a volume that was let go does not come back by itself.
      for (const slot of slots) await inside(slot, `echo "second nonce of ${slot}" >/data/nonce`);
      await ok('service', 'redeploy', 'ledger');
      expect(await mounted('ledger')).toEqual(fresh);
      for (const slot of slots) expect(await inside(slot, 'cat /data/nonce')).toBe(`second nonce of ${slot}`);
    });

    test('VOL-03: removing the service keeps every volume it ever had, with its data', async () => {
      const { ok, image, running, inside } = cluster();
      const now = await mounted('ledger');
      const written = await Promise.all(slots.map((slot) => bytesOf(slot)));
      expect(await inside('ledger-1', 'cat /data/nonce')).toBe('second nonce of ledger-1');
      await ok('service', 'rm', 'ledger');
      expect(await running('ledger')).toEqual([]);
      for (const [at, slot] of slots.entries()) {
        const old = splitMount(first[slot]!);
        const last = splitMount(now[slot]!);
        expect(await bytesOn(old.host, old.name)).toBe(bytes[at]);
        expect(await bytesOn(last.host, last.name)).toBe(written[at]);
      }
      const volumes = [...Object.values(first), ...Object.values(now)].map((mount) => splitMount(mount).name);
      const states = await listed('ledger');
      expect(new Set(volumes).size).toBe(4);
      for (const name of volumes) expect(states[name]).toMatch(/ detached$/);
      // And a later service of the same name starts with volumes of its own.
      await ok('service', 'run', '--name', 'ledger', '-v', '/data', ...quick, image('app:v1'));
      expect(await inside('ledger-1', 'find /data -type f')).toBe('/data/starts');
      await ok('service', 'rm', 'ledger');
    });
  });

  test('DC-21, TU-13, CRD-04: stateful slots go back to their nodes though others are emptier; those without data move', async () => {
    const { ok, image, inside } = cluster();
    const slots = ['shop-1', 'shop-2', 'shop-3'];
    await ok('service', 'run', '--name', 'shop', '-t', '3', '-v', '/data', ...quick, image('app:v1'));
    await ok('service', 'run', '--name', 'free', '-t', '3', ...quick, image('app:v1'));
    for (const name of ['shop', 'free']) expect(await homes(name)).toEqual(['n1', 'n2', 'n3']);
    for (const slot of slots) await inside(slot, `echo ${slot} >/data/nonce`);
    const before = await mounted('shop');
    // Two more containers make n1 the fullest.
    await ok('tag', 'add', '-t', 'full', 'n1');
    await ok('service', 'run', '--name', 'filler', '-t', '2', '--tag', 'full', ...quick, image('app:v1'));

    await ok('service', 'redeploy', 'shop');
    await ok('service', 'redeploy', 'free');
    expect(await homes('free')).not.toContain('n1');
    expect(await mounted('shop')).toEqual(before);
    for (const slot of slots) expect(await inside(slot, 'cat /data/nonce')).toBe(slot);
    await ok('service', 'rm', 'shop', 'free', 'filler');
  });

  test('TU-13: two stateful slots on one node stay there under HIGH_AVAILABILITY, and spread once their data is left', async () => {
    const { ok, image, inside } = cluster();
    for (const host of ['n2', 'n3']) await ok('node', 'cordon', host);
    const strategy = ['--deployment-strategy', 'HIGH_AVAILABILITY', '-t', '2', '-v', '/data'];
    await ok('service', 'run', '--name', 'ha', ...strategy, ...quick, image('app:v1'));
    for (const host of ['n2', 'n3']) await ok('node', 'uncordon', host);
    expect(await homes('ha')).toEqual(['n1', 'n1']);
    for (const slot of ['ha-1', 'ha-2']) await inside(slot, `echo ${slot} >/data/nonce`);
    const before = await mounted('ha');

    await ok('service', 'redeploy', 'ha');
    expect(await mounted('ha')).toEqual(before);
    expect(await inside('ha-2', 'cat /data/nonce')).toBe('ha-2');

    await ok('service', 'redeploy', '--not-reuse-volumes', 'ha');
    expect(new Set(await homes('ha')).size).toBe(2);
    await ok('service', 'rm', 'ha');
  });

  describe('bound to a node that the deploy tags exclude', () => {
    let volume: string;
    let old: { Id: string; StartedAt: string };

    /** Still the same container, still answering v1, with its data. */
    const servesOn = async () => {
      const [now, ...others] = await cluster().running('bound');
      expect(others).toEqual([]);
      expect(now).toMatchObject({ Id: old.Id, host: 'n1', State: { StartedAt: old.StartedAt } });
      expect(await cluster().inside('bound-1', 'wget -q -O - http://127.0.0.1/ && cat /data/nonce')).toBe(
        'v1\nnonce of bound-1',
      );
    };

    beforeAll(async () => {
      const { ok, image, running } = cluster();
      await ok('tag', 'add', '-t', 'prod', 'n1');
      await ok('service', 'run', '--name', 'bound', '--tag', 'prod', '-v', '/data', ...quick, image('app:v1'));
      await fill('bound-1');
      const [container] = await running('bound');
      expect(container?.host).toBe('n1');
      old = { Id: container!.Id, StartedAt: container!.State.StartedAt };
      volume = splitMount((await mounted('bound'))['bound-1']!).name;
      // A node that would do, were it not for the data: the refusal is for the volume's sake.
      await ok('tag', 'add', '-t', 'prod', 'n2');
      await change('bound', '--image', image('app:v2'));
    });

    test('DC-22, TU-14, CRD-03, CRD-04: a node that lost a tag: refused with 4 and the ways out, and no engine did anything', async () => {
      const { ok, restow } = cluster();
      await ok('tag', 'rm', '-t', 'prod', 'n1');
      const told = await refusedUntouched('service', 'redeploy', 'bound');
      expect(told).toContain(`bound-1 has to stay on n1 with its volume ${volume}, but n1 lacks tag prod.`);
      expect(told).toContain('way out: restow tag add -t prod n1');
      expect(told).toContain('way out: restow tag rm -t prod bound');
      expect(told).toContain('way out: restow service redeploy --not-reuse-volumes bound');
      await servesOn();
      const plan = await restow('plan', 'bound');
      expect(plan.code).toBe(4);
      expect(plan.stdout).toContain(volume);
    });

    test('DC-22, TU-14: a service that gained a tag: the same', async () => {
      const { ok } = cluster();
      await ok('tag', 'add', '-t', 'prod', 'n1');
      await ok('tag', 'add', '-t', 'ssd', 'bound');
      await ok('tag', 'add', '-t', 'ssd', 'n2');
      const told = await refusedUntouched('service', 'redeploy', 'bound');
      expect(told).toContain(`bound-1 has to stay on n1 with its volume ${volume}, but n1 lacks tag ssd.`);
      expect(told).toContain('way out: restow tag add -t ssd n1');
      expect(told).toContain('way out: restow service update --tag prod bound');
      expect(told).toContain('way out: restow service redeploy --not-reuse-volumes bound');
      await servesOn();
    });

    test('DC-22, TU-14: each way out leads out: fresh volumes elsewhere, or the tag on the node again', async () => {
      const { ok, inside, events } = cluster();
      const bytes = await bytesOf('bound-1');
      await ok('tag', 'add', '-t', 'ssd', 'n1');
      const since = new Date().toISOString();
      await ok('service', 'redeploy', 'bound');
      expect((await events(since)).map(({ Action }) => Action)).toEqual(expect.arrayContaining(['create', 'start']));
      expect(await mounted('bound')).toEqual({ 'bound-1': `n1 volume ${volume}` });
      expect(await bytesOf('bound-1')).toBe(bytes);
      expect(await inside('bound-1', 'wget -q -O - http://127.0.0.1/')).toBe('v2');

      await ok('tag', 'rm', '-t', 'ssd', 'n1');
      await ok('service', 'redeploy', '--not-reuse-volumes', 'bound');
      expect(await homes('bound')).toEqual(['n2']);
      expect(await inside('bound-1', 'find /data -type f')).toBe('/data/starts');
      expect(await bytesOn('n1', volume)).toBe(bytes);
      expect(await listed('bound')).toMatchObject({ [volume]: 'n1 bound-1 /data detached' });
      await ok('service', 'rm', 'bound');
    });
  });

  test('VOL-01: a VOLUME of the image is a managed volume: kept on a swap, bound to its node, and replaced on demand', async () => {
    const { lab, ok, inside } = cluster();
    const path = '/var/lib/state';
    for (const version of ['v1', 'v2'])
      await pushImage(lab.registry.address, 'stateful', version, sampleApp(version, { volumes: [path] }));
    const image = (version: string) => `${lab.registry.address}/stateful:${version}`;
    const onEngines = async () => {
      const all = await Promise.all(
        cluster().hosts.map(async (host) =>
          (await lab.docker(host, 'volume', 'ls', '-q')).split('\n').map((volume) => `${host} ${volume}`),
        ),
      );
      return all.flat();
    };
    const before = await onEngines();
    for (const host of ['n1', 'n2']) await ok('tag', 'add', '-t', 'state', host);
    await ok('service', 'run', '--name', 'state', '--tag', 'state', ...quick, image('v1'));
    const first = (await mounted('state', path))['state-1']!;
    const { name } = splitMount(first);
    expect(first).toMatch(/^n1 volume state-1-var-lib-state-[0-9a-f]{8}$/);
    expect(await listed('state')).toMatchObject({ [name]: `n1 state-1 ${path} attached` });
    await fill('state-1', path);
    const bytes = await bytesOf('state-1', path);

    await change('state', '--image', image('v2'));
    await ok('service', 'redeploy', 'state');
    expect(await mounted('state', path)).toEqual({ 'state-1': first });
    expect(await bytesOf('state-1', path)).toBe(bytes);

    await ok('tag', 'rm', '-t', 'state', 'n1');
    const told = await refusedUntouched('service', 'redeploy', 'state');
    expect(told).toContain(`state-1 has to stay on n1 with its volume ${name}, but n1 lacks tag state.`);

    await ok('service', 'redeploy', '--not-reuse-volumes', 'state');
    const fresh = splitMount((await mounted('state', path))['state-1']!);
    expect(fresh).toMatchObject({ host: 'n2', name: expect.stringMatching(/^state-1-var-lib-state-/) });
    expect(fresh.name).not.toBe(name);
    expect(await inside('state-1', `find ${path} -type f`)).toBe('');
    expect(await bytesOn('n1', name)).toBe(bytes);
    expect(await listed('state')).toMatchObject({
      [name]: `n1 state-1 ${path} detached`,
      [fresh.name]: `n2 state-1 ${path} attached`,
    });
    // And none that nobody manages.
    expect((await onEngines()).filter((volume) => !before.includes(volume))).toEqual([
      `n1 ${name}`,
      `n2 ${fresh.name}`,
    ]);
  });
});
