import type { Lab } from '@restow/lab/lab';
import { expect, vi } from 'vitest';

/** What somebody else runs and has set up on a host, by `docker`, `nft`, `iptables` and `ip`: nothing of it is Restow's. */
export interface ForeignWorld {
  /** Everything of it as the engine and the kernel tell it, part by part; counters left out. */
  look(): Promise<Record<string, unknown>>;
  /** What the engine did with any of it since an ISO time. */
  acts(since: string): Promise<string[]>;
}

/** Ports of a host at which something foreign answers, and who: two containers, one of them by a rule too, a program. */
export const foreignPorts = { shop: 9100, likeOurs: 9101, program: 9102, byRule: 9103 } as const;

const containers = ['shop', 'restow-web-9-deadbeef', 'guest', 'frozen', 'ended', 'never-started'];
const networks = ['elsewhere', 'quiet'];
const volumes = ['ledger', 'web-1-data-deadbeef'];

const engineThings = (image: string): string => `
  docker network create --subnet 172.40.0.0/24 elsewhere
  docker network create --internal --label owner=someone quiet
  docker volume create --label owner=someone ledger
  docker volume create web-1-data-deadbeef
  docker tag ${image} by-hand/kept:1
  docker run -d --name shop --restart always --network elsewhere --ip 172.40.0.10 -p ${foreignPorts.shop}:80 -v ledger:/data ${image}
  docker network connect quiet shop
  docker run -d --name restow-web-9-deadbeef -p ${foreignPorts.likeOurs}:80 -v web-1-data-deadbeef:/data ${image}
  docker run -d --name guest --network restow-node ${image}
  docker network connect restow-overlay guest
  docker run -d --name frozen --network none ${image}
  docker pause frozen
  docker run --name ended --network quiet ${image} true
  docker create --name never-started -p 9104:80 --network elsewhere ${image}`;

const kernelThings = `
  nft -f - <<'N'
table ip detour {
  map ports { type inet_proto . inet_service : ipv4_addr . inet_service; elements = { tcp . ${foreignPorts.byRule} : 172.40.0.10 . 80 }; }
  chain pre { type nat hook prerouting priority -105; fib daddr type local dnat ip to meta l4proto . th dport map @ports; }
}
table inet wall {
  set friends { type ipv4_addr; elements = { 192.0.2.7 } }
  chain input { type filter hook input priority 0; ip saddr 192.0.2.9 counter drop; }
  chain forward { type filter hook forward priority 5; iifname "rsnode0" ip daddr 192.0.2.8 counter drop; }
}
N
  iptables -I DOCKER-USER -s 192.0.2.1 -j DROP
  iptables -I DOCKER-USER 2 -o rsnode0 -s 192.0.2.2 -m comment --comment 'for restow' -j DROP
  iptables -I FORWARD -s 192.0.2.4 -j ACCEPT
  iptables -A FORWARD -s 192.0.2.5 -j DROP
  iptables -N OWN; iptables -A OWN -j RETURN; iptables -A INPUT -j OWN
  iptables -t nat -A PREROUTING -d 192.0.2.5 -j DNAT --to 172.40.0.10
  iptables -t mangle -A FORWARD -o rsnode0 -s 192.0.2.6 -j MARK --set-mark 7
  ip link add foreign0 type bridge; ip addr add 192.0.2.129/28 dev foreign0; ip link set foreign0 up
  ip link add flannel.1 type vxlan id 1 dstport 8472 dev eth0 nolearning; ip link set flannel.1 up
  bridge fdb add 02:42:0a:07:00:01 dev flannel.1 dst 192.0.2.130 self static
  ip neigh add 192.0.2.131 lladdr 02:00:00:00:00:01 dev foreign0 nud permanent
  ip rule add from 192.0.2.1 lookup 100; ip route add 192.0.2.64/28 dev foreign0 table 100
  echo 1 >/proc/sys/net/ipv4/conf/foreign0/route_localnet`;

/**
 * Prints everything of it, in parts that begin with a line `=== NAME`; counters left out. Of what is listed whole, what
 * bears a mark of ours is left out too, and the engine's rules for our two networks. nft is not asked for the tables that iptables keeps its rules in.
 */
const lookAtIt = `
  part() { echo "=== $1"; }
  part containers; docker inspect ${containers.join(' ')}
  part networks; docker network inspect ${networks.join(' ')} bridge host none
  part volumes; docker volume inspect ${volumes.join(' ')}
  part files
  for name in ${volumes.join(' ')}; do
    cd "$(docker volume inspect -f '{{.Mountpoint}}' $name)"; find . -type f -exec sha256sum {} + | sort
  done
  part image; docker image inspect by-hand/kept:1
  part all
  docker ps -a --no-trunc --format 'container {{.ID}} {{.Names}} {{.Labels}}' | grep -v io.restow. | sort
  docker network ls --no-trunc --format 'network {{.ID}} {{.Name}} {{.Labels}}' | grep -v io.restow. | sort
  docker volume ls --format 'volume {{.Name}} {{.Labels}}' | grep -v io.restow. | sort
  part nft
  nft list tables | grep -v -e '^table ip restow$' -e '^table ip6* \\(filter\\|nat\\|mangle\\|raw\\)$' |
    while read -r table; do nft -a -s list $table; done
  part iptables
  for table in filter nat mangle raw; do
    iptables -t $table -S | awk '/192[.]0[.]2[.]/ || !/--comment restow / && !/ rs(node0|ov0) /'
  done
  part routes; ip -4 route show table all | grep -v -e 'dev rsnode0 ' -e 'dev rsov0 '; ip rule show
  part neighbours; ip neigh show dev foreign0 nud permanent; bridge fdb show dev flannel.1
  part setting; cat /proc/sys/net/ipv4/conf/foreign0/route_localnet
  part program; cut -d' ' -f22 /proc/$PROGRAM/stat
  part links; ip -d -j addr show
  part bridgePorts; bridge -d -j link show`;

const partsOf = (printed: string): Record<string, string> =>
  Object.fromEntries(
    printed
      .split(/^=== /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
  );

const isOfTheAgent = (link: string): boolean => ['rsnode0', 'rsov0', 'rsvx0'].includes(link);

/**
 * Sets a foreign world up on a host on which no service of ours runs yet; `serve` is the command of its program that
 * listens. It goes with the lab.
 */
export const makeForeignWorld = async (
  lab: Lab,
  host: string,
  image: string,
  serve: readonly string[],
): Promise<ForeignWorld> => {
  const run = async (line: string): Promise<string> => {
    const { stdout, stderr, code } = await lab.exec(host, ['sh', '-ec', line]);
    if (code !== 0) throw new Error(`\`${line}\` on ${host} ended with ${code}: ${stderr}`);
    return stdout;
  };
  await run(engineThings(image));
  await run(kernelThings);
  const inBackground = ['sh', '-c', '"$@" >/dev/null 2>&1 & echo $!', 'sh', ...serve];
  const program = (await lab.exec(host, inBackground)).stdout.trim();

  const idsOf = async (kind: string, names: string[]) =>
    (await run(`docker ${kind} inspect -f '{{.Id}}' ${names.join(' ')}`)).trim().split('\n');
  const ids = new Set([...(await idsOf('container', containers)), ...(await idsOf('network', networks)), ...volumes]);
  // Links of ours come and go; those that are there now are somebody else's, or the agent's three.
  const present = JSON.parse(await run('ip -j link')) as { ifname: string }[];
  const links = new Set(present.map(({ ifname }) => ifname).filter((name) => !isOfTheAgent(name)));
  const withoutTimers = (key: string, value: unknown) => (key.endsWith('_timer') ? undefined : value);
  const known = (printed: string) =>
    (JSON.parse(printed, withoutTimers) as { ifname: string }[]).filter(({ ifname }) => links.has(ifname));
  // New links look for doubles of their IPv6 addresses for a second or two.
  await vi.waitFor(async () => expect(await run('ip -6 -o addr show tentative')).toBe(''), 10_000);

  return {
    look: async () => {
      const parts = partsOf(await run(`PROGRAM=${program}${lookAtIt}`));
      const lines = Object.entries(parts).map(([name, text]) => [name, text.split('\n')] as const);
      return { ...Object.fromEntries(lines), links: known(parts.links!), bridgePorts: known(parts.bridgePorts!) };
    },
    acts: async (since) =>
      (await lab.engineEvents(host, since))
        .filter(({ Actor }) => ids.has(Actor.ID) || ids.has(Actor.Attributes.container ?? ''))
        .map(({ Type, Action, Actor }) => `${Type} ${Action} ${Actor.Attributes.name ?? Actor.ID}`),
  };
};
