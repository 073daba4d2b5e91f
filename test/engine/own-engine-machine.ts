// Plays a machine on which no engine runs: the test starts it in network and mount namespaces of its own, with an empty
// /run. Argument: the directory of the engine. Prints one JSON line with what it saw.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '@restow/lab/command';
import { useEngine } from '@restow/lab/own-engine';
import { pushImage } from '@restow/lab/push-image';
import { startRegistry } from '@restow/lab/registry';
import { sampleApp } from '@restow/lab/sample-app';

const [dir = ''] = process.argv.slice(2);

const machine = async () => ({
  links: (await mustRun('read links', ['ip', '-br', 'addr'])).trim().split('\n'),
  firewall: await mustRun('read the firewall', ['nft', 'list', 'ruleset']),
  forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim(),
  mounts: readFileSync('/proc/self/mounts', 'utf8').trim().split('\n'),
  run: readdirSync('/run'),
  files: ['/etc/docker/key.json', '/opt/containerd'].filter((file) => existsSync(file)),
});

const said: string[] = [];
const before = await machine();
const engine = await useEngine({ dir, say: (line) => said.push(line) });
const docker = (...args: string[]) =>
  mustRun('use the engine', ['docker', '-H', `unix://${engine.socketPath}`, ...args]).then((out) => out.trim());

await using registry = await startRegistry({ host: '127.0.0.1', dir: join(dir, 'registry') });
const image = await pushImage(registry.address, 'app', 'v1', sampleApp('v1'));
await docker('network', 'create', '-o', 'com.docker.network.bridge.name=rs-try', 'try');
await docker('run', '-d', '--name', 'web', '--network', 'try', '-p', '8080:80', image.reference);
let answer = '';
for (const until = Date.now() + 5_000; answer === '' && Date.now() < until; )
  answer = await fetch('http://127.0.0.1:8080/')
    .then((response) => response.text())
    .catch(() => '');

const second = await useEngine({ dir });
await second[Symbol.asyncDispose]();
const stillRuns = await docker('ps', '-q');
const during = await machine();
await engine[Symbol.asyncDispose]();
const after = await machine();

const sees = {
  isOurs: engine.isOurs,
  second: second.isOurs,
  said,
  answer: answer.trim(),
  stillRuns,
  before,
  during,
  after,
};
process.stdout.write(`${JSON.stringify(sees)}\n`);
