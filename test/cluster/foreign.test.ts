import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labPlace } from '@restow/lab/lab-place';
import { builtProgram } from '@restow/lab/programs';
import { startLab } from '@restow/lab/start-lab';
import { takeDown } from '@restow/lab/take-down';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { answeredBy, type ClientLoop, startClientLoop } from '../lab/client-loop.ts';
import { type Cluster, clusterOf } from '../lab/cluster.ts';
import { type ForeignWorld, foreignPorts, makeForeignWorld } from '../lab/foreign-world.ts';
import { serving } from '../lib/echo-app.ts';

const hasty = ['--min-running', '200ms', '--watch', '0s'];

/** A connection that is kept, and answered line by line. */
class Talk {
  readonly #socket: Socket;
  constructor(host: string, port: number) {
    this.#socket = connect(port, host);
  }
  async say(text: string): Promise<string> {
    const answer = once(this.#socket, 'data', { signal: AbortSignal.timeout(2_000) });
    this.#socket.write(text);
    return String((await answer)[0]);
  }
  end(): void {
    this.#socket.destroy();
  }
}

/** One of the same name, with the container that mounts it. */
const anotherVolume = `
  docker rm -f restow-web-9-deadbeef; docker volume rm web-1-data-deadbeef
  docker volume create --label by=another web-1-data-deadbeef
  docker create --name restow-web-9-deadbeef -v web-1-data-deadbeef:/data by-hand/kept:1`;

// A lab of its own: what is set up by hand here goes with it.
describe.runIf(process.getuid?.() === 0)('what somebody else runs on the nodes (needs root)', () => {
  let dir: string;
  let cluster: Cluster;
  const worlds = new Map<string, ForeignWorld>();
  const before = new Map<string, Record<string, unknown>>();
  const talks: Talk[] = [];
  const loops: ClientLoop[] = [];
  let targets: string[];
  let volumesOfWeb: string[];

  const world = (host: string): ForeignWorld => worlds.get(host)!;
  const volumes = async () =>
    (await cluster.json<{ name: string; state: string }[]>('volume', 'ls'))
      .filter(({ state }) => state === 'detached')
      .map(({ name }) => name);
  const change = (service: string, ...flags: string[]) => cluster.ok('service', 'update', ...flags, service);
  /** What is told on the way of a redeploy that succeeds. */
  const redeployed = async (service: string) => {
    const { code, stderr } = await cluster.restow('service', 'redeploy', service);
    expect(code, stderr).toBe(0);
    return stderr;
  };
  const agentLeaves = (host: string) => cluster.lab.exec(host, [process.execPath, builtProgram('agent'), 'leave']);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-foreign-'));
    cluster = clusterOf(await startLab({ nodes: 2, dir }));
    const { lab, hosts, image, addressOf } = cluster;
    for (const host of hosts) await lab.docker(host, 'pull', '-q', image('app:v1'));
    await Promise.all(
      hosts.map(async (host) =>
        worlds.set(host, await makeForeignWorld(lab, host, image('app:v1'), serving('foreign', foreignPorts.program))),
      ),
    );
    const { shop, likeOurs, byRule, program } = foreignPorts;
    targets = hosts.flatMap((host) => [shop, likeOurs, byRule].map((port) => `http://${addressOf(host)}:${port}/`));
    for (const host of hosts) {
      talks.push(new Talk(addressOf(host), program));
      loops.push(
        startClientLoop(
          lab,
          host,
          targets.filter((target) => !target.includes(addressOf(host))),
        ),
      );
      before.set(host, await world(host).look());
    }
  });
  afterAll(async () => {
    for (const talk of talks) talk.end();
    await takeDown(labPlace(dir));
    await rm(dir, { recursive: true, force: true });
  });

  const acts: Record<string, () => Promise<unknown>> = {
    'a first deployment': async () => {
      const { ok, image } = cluster;
      const ports = ['-p', '8080:80', '-p', '80/udp'];
      await ok('service', 'run', '--name', 'web', '-t', '2', ...ports, '-v', '/data', ...hasty, image('app:v1'));
      await ok('service', 'run', '--name', 'api', '-t', '2', '-p', '8081:80', ...hasty, image('app:v1'));
    },
    'a stop-first redeploy': async () => {
      await change('web', '--image', cluster.image('app:v2'));
      expect(await redeployed('web')).toContain('2 slots, stop-first');
    },
    'a start-first redeploy': async () => {
      await change('api', '--image', cluster.image('app:v2'));
      expect(await redeployed('api')).toContain('2 slots, start-first');
    },
    'a redeploy by recreating, with fresh volumes': async () => {
      await cluster.ok('service', 'redeploy', '--order', 'recreate', '--not-reuse-volumes', 'web');
      volumesOfWeb = await volumes();
      expect(volumesOfWeb).toHaveLength(2);
    },
    'a redeploy that is taken back': async () => {
      for (const service of ['web', 'api']) await change(service, '--image', cluster.image('crash:v1'));
      for (const service of ['web', 'api'])
        expect(await cluster.restow('service', 'redeploy', service)).toMatchObject({ code: 3 });
    },
    'volumes of ours that are purged': async () => {
      const [first] = volumesOfWeb;
      await cluster.ok('volume', 'purge', first!, '--confirm', first!);
      expect(await volumes()).toEqual(volumesOfWeb.slice(1));
    },
    'volumes of theirs that are asked to be purged': async () => {
      for (const name of ['ledger', 'web-1-data-deadbeef'])
        expect((await cluster.restow('volume', 'purge', name, '--confirm', name)).code).not.toBe(0);
    },
    'agents that end and come again': async () => {
      const { lab, hosts } = cluster;
      for (const signal of ['SIGTERM', 'SIGKILL'] as const)
        await Promise.all(
          hosts.map(async (host) => {
            await lab.stopAgent(host, signal);
            await lab.startAgent(host);
          }),
        );
    },
    'our rules that are put back by an agent': async () => {
      const { lab } = cluster;
      const away =
        'iptables -S | grep -e "--comment restow" | sed s/-A/-D/ | while read -r rule; do iptables $rule; done';
      await lab.exec('n1', ['sh', '-ec', `nft delete table ip restow; ${away}`]);
      await lab.stopAgent('n1');
      await lab.startAgent('n1');
      expect((await lab.exec('n1', ['iptables', '-S'])).stdout).toContain('--comment restow');
    },
    'services that are removed': async () => {
      for (const service of ['web', 'api']) await cluster.ok('service', 'rm', service);
      for (const service of ['web', 'api']) expect(await cluster.containers(service)).toEqual([]);
      expect(await volumes()).not.toEqual([]);
    },
    'an agent that is not let go while their container is on our networks': async () => {
      await cluster.lab.stopAgent('n2');
      const { code, stderr } = await agentLeaves('n2');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('are on its networks: guest.') });
      expect((await cluster.lab.exec('n2', ['nft', 'list', 'tables'])).stdout).toContain('ip restow');
    },
  };
  test.each(Object.keys(acts))('NOD-07: is as it was, all of it, and answers, after %s', async (act) => {
    const since = new Date().toISOString();
    await acts[act]!();
    const { hosts } = cluster;
    const looks = await Promise.all(hosts.map((host) => world(host).look()));
    for (const [at, host] of hosts.entries()) {
      expect(looks[at], host).toEqual(before.get(host));
      expect(await world(host).acts(since), host).toEqual([]);
    }
    for (const talk of talks) expect(await talk.say(act)).toBe(`foreign ${act}`);
  });

  test('NOD-07: it answered all this time, every question', async () => {
    for (const loop of loops) await loop.stop();
    for (const target of targets) {
      const asked = loops.flatMap((loop) => loop.of(target));
      expect(asked.length, target).toBeGreaterThan(100);
      expect(asked.filter(({ by }) => by === null)).toEqual([]);
    }
  });

  test('NOD-07: our networks go when that container is off them, and nothing else does', async () => {
    const { lab } = cluster;
    for (const network of ['restow-node', 'restow-overlay'])
      await lab.docker('n2', 'network', 'disconnect', network, 'guest');
    const beside = await world('n2').look();
    expect(await agentLeaves('n2')).toMatchObject({ code: 0 });
    expect((await lab.docker('n2', 'network', 'ls', '--format', '{{.Name}}')).split('\n').sort()).toEqual([
      ...['bridge', 'elsewhere', 'host', 'none', 'quiet'],
    ]);
    expect((await lab.exec('n2', ['nft', 'list', 'tables'])).stdout).not.toContain('ip restow');
    expect(await world('n2').look()).toEqual(beside);
  });

  // The control of all of the above: each part of what is compared, touched on purpose.
  test.each([
    ['containers', 'docker restart -t 0 guest'],
    ['networks', 'docker network disconnect quiet shop'],
    ['files', 'echo x >>"$(docker volume inspect -f "{{.Mountpoint}}" ledger)/starts"'],
    ['image', 'docker tag by-hand/kept:1 by-hand/kept:2'],
    ['all', 'docker network create another'],
    ['nft', 'nft delete element inet wall friends { 192.0.2.7 }'],
    ['iptables', 'iptables -D DOCKER-USER -s 192.0.2.1 -j DROP'],
    ['routes', 'ip route del 192.0.2.64/28 dev foreign0 table 100'],
    ['neighbours', 'bridge fdb del 02:42:0a:07:00:01 dev flannel.1 dst 192.0.2.130 self'],
    ['setting', 'echo 0 >/proc/sys/net/ipv4/conf/foreign0/route_localnet'],
    ['links', 'ip link set foreign0 mtu 1400'],
    ['bridgePorts', 'bridge link set dev "$(ip -o link show master docker0 | cut -d" " -f2 | cut -d@ -f1)" hairpin on'],
    ['volumes', anotherVolume],
  ])('NOD-07: would have been seen otherwise: %s', async (part, interference) => {
    const { lab } = cluster;
    const [was, since] = [await world('n1').look(), new Date().toISOString()];
    const { code, stderr } = await lab.exec('n1', ['sh', '-ec', interference]);
    expect(code, stderr).toBe(0);
    const is = await world('n1').look();
    expect(Object.keys(is).filter((name) => JSON.stringify(is[name]) !== JSON.stringify(was[name]))).toContain(part);
    if (part === 'containers') expect(await world('n1').acts(since)).toContain('container restart guest');
  });

  test('NOD-07: would have been heard otherwise: one that does not answer', async () => {
    const { lab, addressOf } = cluster;
    const target = `http://${addressOf('n1')}:${foreignPorts.shop}/`;
    const loop = startClientLoop(lab, 'n2', [target]);
    await vi.waitFor(() => expect(answeredBy(loop.of(target))).toHaveLength(1), 5_000);
    await lab.docker('n1', 'stop', '-t', '0', 'shop');
    await vi.waitFor(() => expect(answeredBy(loop.of(target)).at(-1)).toBeNull(), 5_000);
    await loop.stop();
    await lab.exec('n1', ['sh', '-c', 'kill $(busybox pidof perl)']);
    await expect(talks[0]!.say('still there?')).rejects.toThrow();
  });
});
