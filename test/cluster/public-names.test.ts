import { afterEach, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { addressesIn, type Dug, dig } from '../lab/dig.ts';

/** As short as a test may wait: what is shown here does not depend on how long an instance is watched. */
const hasty = ['--min-running', '200ms', '--watch', '0s'];

/** As the lab's coordinator has it by default. Seconds. */
const ttl = 5;
const withinTtl = { timeout: ttl * 1000, interval: 100 };

interface ToldSlot {
  name: string;
  publicDns: string | null;
  instancePublicDns: string | null;
  ports: { containerPort: number; hostPort: number | null }[];
}

interface Told {
  name: string;
  publicDns: string | null;
  slots?: ToldSlot[];
}

describeCluster('public names', (cluster) => {
  afterEach(async () => {
    await cluster().clear();
  });

  const ask = (name: string, type?: string, ...options: string[]): Promise<Dug> =>
    dig(cluster().lab.coordinator!.dns, name, type, ...options);
  const addressesOf = async (name: string): Promise<string[]> => addressesIn(await ask(name));
  const inspect = async (service: string): Promise<Told & { slots: ToldSlot[] }> =>
    (await cluster().json<(Told & { slots: ToldSlot[] })[]>('service', 'inspect', service))[0]!;
  const versionAt = (address: string, port: number) => cluster().ask('n3', `http://${address}:${port}/`);
  const instanceOf = ({ Config }: EngineContainer): string => Config.Labels['io.restow.instance']!.slice(0, 8);
  const moveTo = async (tag: string, from: string, to: string): Promise<void> => {
    await cluster().ok('tag', 'rm', '-t', tag, from);
    await cluster().ok('tag', 'add', '-t', tag, to);
  };

  test('DC-11, DC-13, TU-10, TU-11, PRT-05: a slot keeps its name, which follows it to its node with the ports; the name of an instance goes with it', async () => {
    const { ok, running, image, addressOf, hosts } = cluster();
    const [n1, n2] = hosts.map(addressOf) as [string, string];
    await ok('tag', 'add', '-t', 'home', 'n1');
    const ports = ['-p', '8450:80', '-p', '80'];
    await ok('service', 'run', '--name', 'named', '--tag', 'home', ...ports, ...hasty, image('app:v1'));
    const [container] = (await running('named')) as [EngineContainer];
    const [told] = (await inspect('named')).slots as [ToldSlot];
    const slotName = 'named-1.main.cont.restow.test';
    const firstName = `named-1.${instanceOf(container)}.cont.restow.test`;
    expect(told).toMatchObject({ publicDns: slotName, instancePublicDns: firstName });
    expect(await ok('service', 'ps', 'named')).toContain(slotName);
    for (const name of [slotName, firstName]) {
      const { flags, answers } = await ask(name);
      expect(answers).toEqual([{ name, ttl, type: 'A', data: n1 }]);
      expect(flags).toContain('aa');
    }
    expect(await versionAt(n1, 8450)).toContain('v1');
    const nobody = await ask('named-1.00000000.cont.restow.test');
    expect(nobody).toMatchObject({ status: 'NXDOMAIN', answers: [] });
    // For how long that may be remembered.
    expect(nobody.authorities[0]).toMatchObject({ name: 'restow.test', type: 'SOA', ttl });
    expect(nobody.authorities[0]!.data).toMatch(new RegExp(` ${ttl}$`));

    // On the same node: the slot's name says the same, the instance's another.
    await ok('service', 'redeploy', 'named');
    const [inPlace] = (await running('named')) as [EngineContainer];
    const secondName = `named-1.${instanceOf(inPlace)}.cont.restow.test`;
    expect(secondName).not.toBe(firstName);
    await vi.waitFor(async () => {
      expect(await addressesOf(slotName)).toEqual([n1]);
      expect(await addressesOf(secondName)).toEqual([n1]);
      expect((await ask(firstName)).status).toBe('NXDOMAIN');
    }, withinTtl);

    await moveTo('home', 'n1', 'n2');
    await ok('service', 'update', 'named', '--image', image('app:v2'));
    await ok('service', 'redeploy', 'named');
    await vi.waitFor(async () => expect(await addressesOf(slotName)).toEqual([n2]), withinTtl);
    const [moved] = (await running('named')) as [EngineContainer];
    expect(moved.host).toBe('n2');
    const [after] = (await inspect('named')).slots as [ToldSlot];
    expect(after).toMatchObject({
      publicDns: slotName,
      instancePublicDns: `named-1.${instanceOf(moved)}.cont.restow.test`,
    });
    expect(await addressesOf(after.instancePublicDns!)).toEqual([n2]);
    expect((await ask(secondName)).status).toBe('NXDOMAIN');
    // All its ports answer where the name leads, the dynamic one at the number it has now; nothing does where it was.
    expect(after.ports).toHaveLength(2);
    for (const { hostPort } of after.ports) {
      expect(await versionAt(n2, hostPort!)).toContain('v2');
      expect(await versionAt(n1, hostPort!)).toBeNull();
    }

    await ok('service', 'rm', 'named');
    await vi.waitFor(async () => expect((await ask(slotName)).status).toBe('NXDOMAIN'), withinTtl);
  });

  test('DC-17, DC-19, PRT-06: a service has one name, with the address of every node that runs it', async () => {
    const { ok, running, image, addressOf, hosts, lab } = cluster();
    const everywhere = hosts.map(addressOf).sort();
    const spread = ['-t', '3', '--deployment-strategy', 'HIGH_AVAILABILITY', '-p', '8451:80'];
    await ok('service', 'run', '--name', 'spread', ...spread, ...hasty, image('app:v1'));
    const containers = await running('spread');
    expect(containers.map(({ host }) => host).sort()).toEqual(hosts);
    const name = `spread.${containers[0]!.Config.Labels['io.restow.service']!.slice(0, 8)}.svc.restow.test`;
    expect((await inspect('spread')).publicDns).toBe(name);
    expect(await ok('service', 'inspect', 'spread')).toContain(name);
    await vi.waitFor(async () => expect(await addressesOf(name)).toEqual(everywhere), withinTtl);
    expect(addressesIn(await ask(name, 'A', '+tcp'))).toEqual(everywhere);
    for (const address of everywhere) expect(await versionAt(address, 8451)).toContain('v1');

    // One that ends is not told any more, and told again when it is back.
    const onN2 = containers.find(({ host }) => host === 'n2')!;
    await lab.docker('n2', 'stop', '-t', '1', onN2.Id);
    const others = everywhere.filter((address) => address !== addressOf('n2'));
    await vi.waitFor(async () => expect(await addressesOf(name)).toEqual(others), withinTtl);
    await lab.docker('n2', 'start', onN2.Id);
    await vi.waitFor(async () => expect(await addressesOf(name)).toEqual(everywhere), withinTtl);

    await ok('service', 'redeploy', 'spread');
    const ids = new Set((await running('spread')).map(({ Id }) => Id));
    expect(containers.filter(({ Id }) => ids.has(Id))).toEqual([]);
    await vi.waitFor(async () => expect(await addressesOf(name)).toEqual(everywhere), withinTtl);
    expect((await inspect('spread')).publicDns).toBe(name);
  });

  test('DC-19: the name of a service is the same through ten redeploys, and never without an address though its one slot stops in each', async () => {
    const { ok, running, image } = cluster();
    const alone = ['--order', 'stop-first', '-p', '8454:80'];
    await ok('service', 'run', '--name', 'steady', ...alone, ...hasty, image('app:v1'));
    const [{ Config }] = (await running('steady')) as [EngineContainer];
    const name = `steady.${Config.Labels['io.restow.service']!.slice(0, 8)}.svc.restow.test`;
    await vi.waitFor(async () => expect(await addressesOf(name)).toHaveLength(1), withinTtl);
    const heard = new Set<string>();
    let isOver = false;
    const asking = (async () => {
      while (!isOver) {
        const { status, answers } = await ask(name);
        heard.add(`${status} with ${answers.length} addresses`);
      }
    })();
    for (let round = 0; round < 10; round++) await ok('service', 'redeploy', 'steady');
    isOver = true;
    await asking;
    expect([...heard]).toEqual(['NOERROR with 1 addresses']);
    expect((await inspect('steady')).publicDns).toBe(name);
    expect((await running('steady'))[0]!.Config.Labels['io.restow.service']).toBe(Config.Labels['io.restow.service']);
  });

  test('DC-18: only a service with a fixed port of the node has a name of its own; another has none, and none is told', async () => {
    const { ok, running, image } = cluster();
    await ok('service', 'run', '--name', 'fleeting', '-p', '80', ...hasty, image('app:v1'));
    const [{ Config }] = (await running('fleeting')) as [EngineContainer];
    const name = `fleeting.${Config.Labels['io.restow.service']!.slice(0, 8)}.svc.restow.test`;
    expect((await inspect('fleeting')).publicDns).toBeNull();
    expect(await ask(name)).toMatchObject({ status: 'NXDOMAIN', answers: [] });
    expect(await addressesOf('fleeting-1.main.cont.restow.test')).toHaveLength(1);

    // What is only defined is not so yet; what is deployed is, and back again.
    await ok('service', 'update', 'fleeting', '-p', '8452:80');
    expect((await inspect('fleeting')).publicDns).toBeNull();
    await ok('service', 'redeploy', 'fleeting');
    expect((await inspect('fleeting')).publicDns).toBe(name);
    await vi.waitFor(async () => expect(await addressesOf(name)).toHaveLength(1), withinTtl);
    await ok('service', 'update', 'fleeting', '-p', '80');
    await ok('service', 'redeploy', 'fleeting');
    expect((await inspect('fleeting')).publicDns).toBeNull();
    await vi.waitFor(async () => expect((await ask(name)).status).toBe('NXDOMAIN'), withinTtl);
  });

  test('PRT-07: a node has a name, which no redeploy touches, and no end of the coordinator', async () => {
    const { ok, json, image, addressOf, hosts, lab } = cluster();
    const told = async () => {
      for (const host of hosts) expect(await addressesOf(`${host}.node.restow.test`)).toEqual([addressOf(host)]);
      expect((await ask('n99.node.restow.test')).status).toBe('NXDOMAIN');
    };
    const nodes = await json<Told[]>('node', 'ls');
    expect(nodes.map(({ publicDns }) => publicDns)).toEqual(hosts.map((host) => `${host}.node.restow.test`));
    expect(await ok('node', 'inspect', 'n2')).toContain('n2.node.restow.test');
    await told();
    await ok('service', 'run', '--name', 'passing', '-t', '3', '-p', '8453:80', ...hasty, image('app:v1'));
    await ok('service', 'redeploy', 'passing');
    await told();
    const { publicDns } = await inspect('passing');
    const serial = async () => Number((await ask('restow.test', 'SOA')).answers[0]!.data.split(' ')[2]);
    const [before, served] = [await serial(), await addressesOf(publicDns!)];
    expect(served).toHaveLength(3);
    await lab.stopCoordinator();
    await expect(ask('n1.node.restow.test')).rejects.toThrow();
    await lab.startCoordinator();
    // Nobody has dialled it yet, and what ran runs.
    expect(await addressesOf(publicDns!)).toEqual(served);
    expect(await serial()).toBeGreaterThan(before);
    await vi.waitFor(told, 15_000);
  });
});
