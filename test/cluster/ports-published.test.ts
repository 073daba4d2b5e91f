import { runCommand } from '@restow/lab/command';
import { pushImage } from '@restow/lab/push-image';
import type { Protocol } from '@restow/shared/domain/service';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { startUdpClient } from '../lab/udp-client.ts';
import { askingFor, askingInside, echoApp, serving } from '../lib/echo-app.ts';

/** As short as a test may wait: what is shown here does not depend on how long an instance is watched. */
const hasty = ['--min-running', '200ms', '--watch', '0s'];

interface Told {
  name: string;
  address: string;
  nodeName: string;
  containerId: string;
  ports: { containerPort: number; protocol: Protocol; hostPort: number | null }[];
}

/** A port of a host and where the kernel leads it. */
interface Element {
  host: string;
  protocol: Protocol;
  hostPort: number;
  toAddress: string;
  toPort: number;
}

describeCluster('published ports', (cluster) => {
  let v1: string;
  let v2: string;
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    await cluster().clear();
  });
  beforeAll(async () => {
    const { address } = cluster().lab.registry;
    ({ reference: v1 } = await pushImage(address, 'echo', 'v1', await echoApp('v1-$HOSTNAME')));
    ({ reference: v2 } = await pushImage(address, 'echo', 'v2', await echoApp('v2-$HOSTNAME')));
  });

  /** Who answers at a host's port, asked from outside of the cluster. */
  const ask = async (host: string, port: number, protocol: Protocol): Promise<string> => {
    const { stdout } = await runCommand(askingFor(protocol, cluster().addressOf(host), port));
    return stdout.trim().replace(/ who$/, '');
  };
  const nameOf = ({ Id }: EngineContainer, version = 'v1'): string => `${version}-${Id.slice(0, 12)}`;
  const slots = (service: string): Promise<Told[]> => cluster().json<Told[]>('service', 'ps', service);
  /** What the hosts' kernels lead where. */
  const portMap = async (): Promise<Element[]> => {
    const { lab, hosts } = cluster();
    const maps = hosts.map(async (host) => {
      const { stdout } = await lab.exec(host, ['nft', 'list', 'map', 'ip', 'restow', 'ports']);
      return [...stdout.matchAll(/(tcp|udp) \. (\d+) : (\S+) \. (\d+)/g)].map(
        ([, protocol, hostPort, toAddress, toPort]): Element => ({
          ...{ host, protocol: protocol as Protocol, hostPort: Number(hostPort) },
          ...{ toAddress: toAddress!, toPort: Number(toPort) },
        }),
      );
    });
    return (await Promise.all(maps)).flat();
  };
  const nodeAddressOf = (container: EngineContainer): string =>
    container.NetworkSettings.Networks['restow-node']!.IPAddress;
  /** Something that is not ours listens on a port of a host, by both protocols, until the test is over. */
  const occupyBy = async (host: string, port: number): Promise<void> => {
    const { exec } = cluster().lab;
    const inBackground = ['sh', '-c', '"$@" >/dev/null 2>&1 & echo $!', 'sh', ...serving('foreign', port)];
    const pid = (await exec(host, inBackground)).stdout.trim();
    cleanups.push(() => exec(host, ['kill', pid]));
    await vi.waitFor(async () => expect(await ask(host, port, 'udp')).toBe('foreign'), 5000);
  };

  test('PRT-01, PRT-02: what is published answers from outside on its node, TCP and UDP; what is exposed only at the slot’s address', async () => {
    const { ok, running, hosts, lab } = cluster();
    await ok('service', 'run', '--name', 'open', '-t', '3', '-p', '5300:80', '-p', '5300:80/udp', ...hasty, v1);
    await ok('service', 'run', '--name', 'closed', '-t', '1', '--expose', '80', '--expose', '80/udp', ...hasty, v1);
    const open = await running('open');
    expect(open.map(({ host }) => host)).toEqual(hosts);
    for (const protocol of ['tcp', 'udp'] as const) {
      for (const container of open) expect(await ask(container.host, 5300, protocol)).toBe(nameOf(container));
      for (const host of hosts) expect(await ask(host, 80, protocol)).toBe('refused');
    }
    const [closed] = await running('closed');
    expect((await portMap()).filter(({ toAddress }) => toAddress === nodeAddressOf(closed!))).toEqual([]);
    const [{ address }] = (await slots('closed')) as [Told];
    for (const { host, Id } of open)
      for (const protocol of ['tcp', 'udp'] as const) {
        const said = await lab.docker(host, 'exec', Id, ...askingInside(protocol, address, 80));
        expect(said, `from ${host}, by ${protocol}`).toBe(`${nameOf(closed!)} who`);
      }
  });

  describe('PRT-03:', () => {
    test('without a port of the node one of the range is given, told by the client, kept in a redeploy, and free of what others hold', async () => {
      const { ok, running, lab } = cluster();
      await ok('tag', 'add', '-t', 'here', 'n1');
      const run = (name: string) =>
        ok('service', 'run', '--name', name, '--tag', 'here', '-p', '80', '-p', '80/udp', ...hasty, v1);
      await run('first');
      const [{ ports: before }] = (await slots('first')) as [Told];
      const { stdout: ephemeral } = await lab.exec('n1', ['cat', '/proc/sys/net/ipv4/ip_local_port_range']);
      const [lowest, highest] = ephemeral.split(/\s+/).map(Number) as [number, number];
      const numbers = before.map(({ hostPort }) => hostPort!);
      for (const port of numbers) {
        expect(port >= 32_000 && port <= 32_767, String(port)).toBe(true);
        expect(port >= lowest && port <= highest, String(port)).toBe(false);
      }
      expect(await ok('service', 'ps', 'first')).toContain(`n1:${numbers[0]}->80/tcp, n1:${numbers[1]}->80/udp`);

      const next = Math.max(...numbers) + 1;
      await occupyBy('n1', next);
      await run('second');
      const [{ ports: after }] = (await slots('second')) as [Told];
      expect([...numbers, next]).not.toContain(after[0]!.hostPort);
      expect([...numbers, next]).not.toContain(after[1]!.hostPort);
      const answers = async (service: string, version = 'v1') => {
        const [container] = await running(service);
        for (const { hostPort, protocol } of (await slots(service))[0]!.ports)
          expect(await ask('n1', hostPort!, protocol)).toBe(nameOf(container!, version));
      };
      await answers('first');
      await answers('second');

      await ok('service', 'update', '--image', v2, 'first');
      await ok('service', 'redeploy', 'first');
      expect((await slots('first'))[0]!.ports).toEqual(before);
      await answers('first', 'v2');
    });

    test('a fixed one is exactly that, or a refusal that names the holder', async () => {
      const { ok, restow, lab, running } = cluster();
      await ok('tag', 'add', '-t', 'here', 'n1');
      await occupyBy('n1', 5301);
      const args = ['run', '-d', '--name', 'by-hand', '-p', '5302:80/udp', v1];
      await lab.docker('n1', ...args);
      cleanups.push(() => lab.docker('n1', 'rm', '-f', 'by-hand'));
      const run = (name: string, port: number) =>
        restow('service', 'run', '--name', name, '--tag', 'here', '-p', `${port}:80/udp`, ...hasty, v1);
      await run('holder', 5303);
      for (const [port, holder] of [
        [5301, /held by pid \d+ \(perl\)/],
        [5302, /by-hand/],
        [5303, /held by holder-1/],
      ] as const) {
        const { code, stderr } = await run('late', port);
        expect(code, stderr).toBe(4);
        expect(stderr).toContain(`port ${port}`);
        expect(stderr).toMatch(holder);
        await ok('service', 'rm', 'late');
      }
      // The same number of the other protocol is another port.
      const tcp = ['--name', 'other', '--tag', 'here', '-p', '5303:80'];
      await ok('service', 'run', ...tcp, ...hasty, v1);
      const [[holder], [other]] = [await running('holder'), await running('other')];
      expect(await ask('n1', 5303, 'udp')).toBe(nameOf(holder!));
      expect(await ask('n1', 5303, 'tcp')).toBe(nameOf(other!));
      expect(await ask('n1', 5301, 'udp')).toBe('foreign');
      expect(await ask('n1', 5302, 'udp')).toMatch(/^v1-/);
    });
  });

  test('DC-12: a dynamic port may be another one after a redeploy: the client tells it, it answers, and the old one is refused', async () => {
    const { ok, running } = cluster();
    await ok('tag', 'add', '-t', 'here', 'n1');
    await ok('tag', 'add', '-t', 'there', 'n2');
    const portOf = async (service: string) => (await slots(service))[0]!.ports[0]!.hostPort!;
    await ok('service', 'run', '--name', 'mover', '--tag', 'here', '-p', '80', ...hasty, v1);
    const before = await portOf('mover');
    expect(await ask('n1', before, 'tcp')).toBe(nameOf((await running('mover'))[0]!));
    // Where it goes that port is another service's, and stays that one's.
    await ok('service', 'run', '--name', 'holder', '--tag', 'there', '-p', `${before}:80`, ...hasty, v1);
    await ok('service', 'update', '--tag', 'there', 'mover');
    await ok('service', 'redeploy', 'mover');
    const after = await portOf('mover');
    expect(after).not.toBe(before);
    expect(await ask('n2', after, 'tcp')).toBe(nameOf((await running('mover'))[0]!));
    expect(await ask('n1', before, 'tcp')).toBe('refused');
    expect(await ask('n2', before, 'tcp')).toBe(nameOf((await running('holder'))[0]!));
    expect(await ok('service', 'ps', 'mover')).toContain(`n2:${after}->80/tcp`);
  });

  test('PRT-04: the listing is the nodes’ port maps, element by element, each answers from outside, and private ones are marked', async () => {
    const { ok, containers } = cluster();
    const many = [
      '-p',
      '80',
      '-p',
      '5310:80',
      '-p',
      '5311:80',
      '-p',
      '80/udp',
      '-p',
      '5310:80/udp',
      '--expose',
      '90/udp',
    ];
    await ok('service', 'run', '--name', 'many', '-t', '3', ...many, ...hasty, v1);
    await ok('service', 'run', '--name', 'few', '-t', '2', '-p', '80/udp', '--expose', '91', ...hasty, v1);
    const listed: (Element & { answers: string })[] = [];
    for (const service of ['many', 'few']) {
      const all = await containers(service);
      for (const { nodeName, containerId, ports } of await slots(service)) {
        const container = all.find(({ Id }) => Id === containerId)!;
        for (const { hostPort, protocol, containerPort } of ports)
          if (hostPort !== null)
            listed.push({
              ...{ host: nodeName, protocol, hostPort, toAddress: nodeAddressOf(container), toPort: containerPort },
              answers: nameOf(container),
            });
      }
    }
    expect(listed).toHaveLength(3 * 5 + 2);
    const inOrder = (elements: Element[]) =>
      elements.map((e) => `${e.host} ${e.protocol} ${e.hostPort} ${e.toAddress} ${e.toPort}`).sort();
    expect(inOrder(listed)).toEqual(inOrder(await portMap()));
    for (const { host, hostPort, protocol, answers } of listed)
      expect(await ask(host, hostPort, protocol), `${host} ${hostPort}/${protocol}`).toBe(answers);
    expect((await ok('service', 'ps', 'many')).match(/90\/udp \(private\)/g)).toHaveLength(3);
    expect((await ok('service', 'ps', 'few')).match(/91\/tcp \(private\)/g)).toHaveLength(2);
    // What is removed leaves nothing behind.
    await ok('service', 'rm', 'many');
    expect(inOrder(await portMap())).toEqual(inOrder(listed.slice(3 * 5)));
  });

  test.each([
    // What is on its way as the port is led elsewhere; and for how long nobody is there is another test's.
    ['start-first', 5],
    ['stop-first', Number.POSITIVE_INFINITY],
  ])(
    'PRT-08: a UDP client that keeps sending from one port is answered by the new container after a %s redeploy',
    async (order, mostLost) => {
      const { ok, running, lab } = cluster();
      await ok('tag', 'add', '-t', 'here', 'n1');
      const how = ['--tag', 'here', '-p', '5320:80/udp', '--order', order];
      await ok('service', 'run', '--name', 'udp', ...how, ...hasty, v1);
      const [old] = await running('udp');
      const client = await startUdpClient(lab.host('n1').address, 5320, 5);
      cleanups.push(() => client.stop());
      await vi.waitFor(() => expect(client.answers.length).toBeGreaterThan(20), 5000);
      await ok('service', 'update', '--image', v2, 'udp');
      await ok('service', 'redeploy', 'udp');
      const [now] = await running('udp');
      const until = client.sent() + 20;
      await vi.waitFor(() => expect(client.answers.at(-1)!.number).toBeGreaterThan(until), 5000);
      await client.stop();

      const by = client.answers.map((answer) => answer.by);
      // First the one, then the other, and never again the first.
      expect(by.filter((who, at) => who !== by[at - 1])).toEqual([nameOf(old!), nameOf(now!, 'v2')]);
      const numbers = client.answers.map(({ number }) => number);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(client.sent() - numbers.length).toBeLessThanOrEqual(mostLost);
    },
  );
});
