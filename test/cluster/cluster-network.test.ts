import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labPlace } from '@restow/lab/lab-place';
import { builtProgram } from '@restow/lab/programs';
import { startLab } from '@restow/lab/start-lab';
import { takeDown } from '@restow/lab/take-down';
import { RestowClient } from '@restow/shared/rpc/restow-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, clusterOf } from '../lab/cluster.ts';
import { entriesOf, timeJoin, timeMove } from '../lab/endpoint-times.ts';
import { fillEndpoints } from '../lab/fill-endpoints.ts';

const hasty = ['--min-running', '200ms', '--watch', '0s'];
const endpoints = 10_000;

// A lab of its own: what all nodes have in common is changed here, and nodes leave and join. One thing after the other.
describe.runIf(process.getuid?.() === 0)('the network that all nodes have in common (needs root)', () => {
  let dir: string;
  let cluster: Cluster;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-network-'));
    cluster = clusterOf(await startLab({ nodes: 3, dir }));
  });
  afterAll(async () => {
    await takeDown(labPlace(dir));
    await rm(dir, { recursive: true, force: true });
  });

  const agent = builtProgram('agent');
  const dataOf = (host: string) => join(cluster.lab.dir, 'hosts', host, 'agent');
  const on = async (host: string, line: string): Promise<string> =>
    (await cluster.lab.exec(host, ['sh', '-c', line])).stdout.trim();

  /** Everything in a host's kernel and engine that has a name or an address of ours. */
  const oursOn = async (host: string): Promise<string[]> => {
    const said = await on(
      host,
      `ip -d -o link; ip -4 route show table all; ip rule; ip neigh; bridge fdb; nft -s list ruleset; iptables-save
       docker network ls --format '{{.Name}}'; docker ps -a --format '{{.Names}}'`,
    );
    return said.split('\n').filter((line) => /restow|\brs(ov|node|vx)|\b10\.7\.|\b02:42:0a:07:/.test(line));
  };

  /** Rules without their counters, links by name, rules of routing, and entries somebody made: what stays the same by itself. */
  const standingOn = (host: string) =>
    on(
      host,
      `nft -s list ruleset; ip -o link | sed 's/:.*//' | wc -l; ip rule; ip neigh show nud permanent | sort
       bridge fdb show dev rsvx0 | sort; docker ps -a --format '{{.Names}}'`,
    );

  test('a removed service leaves no rule, link, neighbour or forwarding entry on any host, and an agent that leaves nothing at all', async () => {
    const { ok, hosts, lab } = cluster;
    const ofService = (said: string) => said.match(/\b10\.7\.0\.[1-3]\b|\b02:42:0a:07:00:0[1-3]\b|gone-/g) ?? [];
    const untouched = await Promise.all(hosts.map(standingOn));
    await ok('service', 'run', '--name', 'gone', '-t', '3', '-p', '80', ...hasty, cluster.image('app:v1'));
    await ok('service', 'redeploy', 'gone');
    // The control: while it ran there was something of it everywhere.
    for (const host of hosts) expect(ofService(await standingOn(host)).length, host).toBeGreaterThan(5);
    await ok('service', 'rm', 'gone');
    for (const [at, host] of hosts.entries()) {
      expect(await standingOn(host), host).toBe(untouched[at]);
      expect(ofService(await standingOn(host)), host).toEqual([]);
    }
    for (const host of hosts) {
      await lab.stopAgent(host);
      const left = await lab.exec(host, [process.execPath, agent, 'leave', '--data', dataOf(host)]);
      expect(left.code, left.stderr).toBe(0);
      expect(await oursOn(host), host).toEqual([]);
    }
  });

  test('every node is as the coordinator says: subnets, VXLAN id and port, MTU', async () => {
    const { ok, hosts, lab, running, inside } = cluster;
    const env = { RESTOW_NODE_SUBNET: '172.29.7.0/24', RESTOW_VXLAN_ID: '78', RESTOW_VXLAN_PORT: '4790' };
    await lab.stopCoordinator();
    await lab.startCoordinator({ ...env, RESTOW_MTU: '1400' });
    for (const host of hosts) await lab.startAgent(host);
    for (const host of hosts) {
      const [link] = JSON.parse(await on(host, 'ip -j -d link show rsvx0')) as [
        { mtu: number; linkinfo: { info_data: { id: number; port: number } } },
      ];
      expect([link.mtu, link.linkinfo.info_data]).toMatchObject([1400, { id: 78, port: 4790 }]);
      expect(await on(host, 'ip -4 -o addr show rsnode0')).toContain('172.29.7.');
      const inspected = await lab.docker(host, 'network', 'inspect', 'restow-overlay');
      expect(JSON.parse(inspected)[0].Options['com.docker.network.driver.mtu']).toBe('1400');
    }
    await ok('service', 'run', '--name', 'mtu', '-t', '2', ...hasty, cluster.image('app:v1'));
    const [one, two] = await running('mtu');
    expect(one!.host).not.toBe(two!.host);
    const address = two!.NetworkSettings.Networks['restow-overlay']!.IPAddress;
    const links = await on(one!.host, `nsenter --net=/proc/${one!.State.Pid}/ns/net ip -o -4 link show up type veth`);
    expect(links.match(/\bmtu \d+/g)?.sort()).toEqual(['mtu 1400', 'mtu 1500']);
    expect(await inside('mtu-1', `wget -q -O - http://${address}/`)).toContain('v1');
  });

  test('under slots it cannot change, and a later start that says nothing has it as it was', async () => {
    const { lab, restow } = cluster;
    await lab.stopCoordinator();
    await expect(lab.startCoordinator({ RESTOW_VXLAN_ID: '99', RESTOW_MTU: '1300' })).rejects.toThrow(
      /start with --vxlan-id 78 \(not 99\) and with --mtu 1400 \(not 1300\), or remove all services first/,
    );
    await lab.startCoordinator();
    expect((await restow('service', 'ls')).code).toBe(0);
    expect(await on('n1', 'ip -d link show rsvx0')).toContain('vxlan id 78');
  });

  test(`${endpoints} endpoints: a move reaches every node soon, and a node that joins has them all`, async () => {
    const { ok, lab, hosts } = cluster;
    await ok('tag', 'add', '-t', 'here', 'n1');
    await ok('service', 'run', '--name', 'moved', '--tag', 'here', ...hasty, cluster.image('app:v1'));
    await fillEndpoints(lab, endpoints);
    using client = new RestowClient({
      address: lab.env.RESTOW_HOST!,
      token: readFileSync(lab.env.RESTOW_TOKEN_FILE!, 'utf8').trim(),
    });
    // The bench has the figures; these bounds are for a machine that is busy with anything.
    expect(await timeJoin(lab, 'n3')).toBeLessThan(15_000);
    const places = (await client.listNodes()).map(({ id }) => id);
    expect(places).toHaveLength(3);
    for (const host of hosts) {
      const { forwarding, neighbours } = await entriesOf(lab, host);
      // Two of `mtu` and one of `moved` besides; what lives here needs no way.
      expect(neighbours, host).toBe(endpoints + 3);
      expect(forwarding, host).toBeGreaterThan((endpoints * 2) / 3 - 2);
      expect(forwarding, host).toBeLessThan((endpoints * 2) / 3 + 4);
    }
    const [{ address = '' } = {}] = (await client.getService('moved')).slots;
    const times: number[] = [];
    for (const [to, from] of [
      ['n2', 'n1'],
      ['n3', 'n2'],
      ['n1', 'n3'],
    ]) {
      await ok('tag', 'add', '-t', 'here', to!);
      await ok('tag', 'rm', '-t', 'here', from!);
      const { forwards } = await timeMove(lab, address, async () => {
        const number = await ok('service', 'redeploy', '-q', '--order', 'stop-first', 'moved');
        return client.getDeployment(number);
      });
      times.push(forwards);
    }
    expect(Math.min(...times)).toBeLessThan(1500);
  });

  test('a node whose own networks are in the way refuses before it changes anything, and node ls says why', async () => {
    const { lab, json, ok } = cluster;
    await lab.stopAgent('n3');
    await on('n3', 'ip link add away0 type bridge; ip link set away0 up; ip route add 10.7.99.0/24 dev away0');
    const data = await mkdtemp(join(tmpdir(), 'restow-refusing-'));
    try {
      const { coordinator } = lab;
      const start = (seconds: number) =>
        lab.exec('n3', [
          ...['timeout', String(seconds), process.execPath, agent, '--coordinator', coordinator!.address],
          ...['--token-file', coordinator!.tokenFile, '--data', data, '--name', 'n3b'],
        ]);
      const look = async () => `${await standingOn('n3')}\n${await on('n3', 'docker network ls; ip -o -4 addr')}`;
      const before = await look();
      const refused = await start(20);
      const because =
        "Node n3b cannot be part of this cluster: the cluster's overlay subnet 10.7.0.0/16 overlaps 10.7.99.0/24, which this node reaches by away0: give the coordinator another --overlay-subnet, or take that route away.";
      expect([refused.code, refused.stderr.trim().split('\n').at(-1)]).toEqual([1, because]);
      expect(await look()).toBe(before);
      const refusals = async () =>
        (await json<{ name: string; refused?: string }[]>('node', 'ls')).flatMap(({ name, refused }) =>
          refused === undefined ? [] : [`${name} ${refused}`],
        );
      expect(await refusals()).toEqual([`n3b ${because}`]);
      expect(await ok('node', 'ls')).toContain(`n3b refused: ${because}`);

      await on('n3', 'ip link del away0');
      expect((await start(8)).stdout).toContain('restow-agent ready');
      expect(await refusals()).toEqual([]);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});
