// Plays a machine on which somebody runs an engine, a container and more, and a lab comes and goes: the test starts it in
// network and mount namespaces of its own. Arguments: a directory, and a control
// group for its containers. Prints one JSON line with what it saw.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findCgroups, removeCgroup } from '@restow/lab/cgroups';
import { mustRun } from '@restow/lab/command';
import { startDaemon, whenReady } from '@restow/lab/daemon';
import { engineToAnswer } from '@restow/lab/engine-http';
import { endProgram, identify } from '@restow/lab/pids';
import { pushImage } from '@restow/lab/push-image';
import { startRegistry } from '@restow/lab/registry';
import { sampleApp } from '@restow/lab/sample-app';
import { startLab } from '@restow/lab/start-lab';

const [dir = '', cgroup = ''] = process.argv.slice(2);
const shell = (line: string): Promise<string> => mustRun(`run \`${line}\``, ['sh', '-ec', line]);

await mkdir(join(dir, 'engine'), { recursive: true });
const engine = await startDaemon({
  what: 'an engine of the machine',
  argv: [
    'dockerd',
    '--data-root',
    join(dir, 'engine'),
    '--log-level',
    'warn',
    '--exec-opt',
    'native.cgroupdriver=cgroupfs',
    '--cgroup-parent',
    `/${cgroup}`,
  ],
  env: process.env,
  log: join(dir, 'engine.log'),
});
await whenReady(engine, { deadlineMs: 60_000 }, (signal) => engineToAnswer('/var/run/docker.sock', signal));
await using registry = await startRegistry({ host: '127.0.0.1', dir: join(dir, 'registry') });
const { reference } = await pushImage(registry.address, 'app', 'v1', sampleApp('theirs'));

await shell(`
  docker network create elsewhere; docker volume create ledger
  docker run -d --name shop --network elsewhere -p 9100:80 -v ledger:/data ${reference}
  docker run -d --name frozen ${reference}; docker pause frozen
  docker create --name never-started ${reference}
  nft add table inet wall; nft 'add chain inet wall input { type filter hook input priority 0; }'
  nft add rule inet wall input ip saddr 192.0.2.9 drop
  iptables -I DOCKER-USER -s 192.0.2.1 -j DROP; iptables -A FORWARD -s 192.0.2.2 -j ACCEPT
  ip link add foreign0 type bridge; ip addr add 192.0.2.129/28 dev foreign0; ip link set foreign0 up
  ip rule add from 192.0.2.1 lookup 100; ip route add 192.0.2.64/28 dev foreign0 table 100
  mkdir ${dir}/mounted; mount -t tmpfs theirs ${dir}/mounted; echo theirs >${dir}/mounted/file; echo theirs >/etc/theirs`);
const program = await startDaemon({
  what: 'a program of theirs',
  argv: ['busybox', 'nc', '-lk', '-p', '9102', '-e', 'echo', 'theirs'],
  env: process.env,
  log: join(dir, 'program.log'),
});

const isTimer = (key: string): boolean => key.endsWith('_timer') || key.endsWith('_life_time');
const look = async () => ({
  links: JSON.parse(await shell('ip -d -j addr show'), (key, value) => (isTimer(key) ? undefined : value)),
  routes: await shell('ip route show table all; ip rule show'),
  nft: await shell('nft -a -s list ruleset'),
  iptables: await shell('for table in filter nat mangle raw; do iptables -t $table -S; done'),
  forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
  mounts: readFileSync('/proc/self/mounts', 'utf8').split('\n'),
  engine: await shell('docker inspect $(docker ps -aq) $(docker network ls -q) ledger; docker images --no-trunc'),
  files: [
    readdirSync('/run'),
    readdirSync('/etc'),
    readdirSync('/opt'),
    readdirSync(dir),
    await shell(`cat ${dir}/mounted/file`),
  ],
  answers: [
    await shell('busybox wget -q -O - http://127.0.0.1:9100/'),
    (await identify(program.identity.pid))?.startedAt,
  ],
});

// New links look for doubles of their IPv6 addresses for a second or two; the first answer takes a moment.
await shell(
  'until busybox wget -q -O /dev/null http://127.0.0.1:9100/ && [ -z "$(ip -6 -o addr show tentative)" ]; do sleep 0.1; done',
);
const before = await look();
const lab = await startLab({ nodes: 1, dir: join(dir, 'lab') });
const ran = await lab.cli(
  'service',
  'run',
  '--name',
  'web',
  '-p',
  '9100:80',
  '--min-running',
  '200ms',
  '--watch',
  '0s',
  `${lab.registry.address}/app:v1`,
);
const during = await look();
await lab.down();
const after = await look();

await shell('nft flush chain inet wall input; docker unpause frozen');
const touched = await look();
process.stdout.write(`${JSON.stringify({ ran, before, during, after, touched })}\n`);

for (const { identity } of [program, engine]) await endProgram(identity, 40_000);
await Promise.all((await findCgroups(cgroup)).map(removeCgroup));
