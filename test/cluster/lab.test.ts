import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun, runCommand } from '@restow/lab/command';
import type { Lab } from '@restow/lab/lab';
import { checkout, labPlace } from '@restow/lab/lab-place';
import { listLeftovers } from '@restow/lab/leftovers';
import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { startLab } from '@restow/lab/start-lab';
import { takeDown } from '@restow/lab/take-down';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** Kinds of namespace to look for; a program that has ended and waits to be collected is in none of them. */
const kinds = ['net', 'mnt', 'uts'];

/** Namespaces that some program of this machine is in. */
const namespacesInUse = async (): Promise<Set<string>> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const links = pids.flatMap((pid) => kinds.map((kind) => readlink(`/proc/${pid}/ns/${kind}`).catch(() => '')));
  return new Set(await Promise.all(links));
};

const isRoot = process.getuid?.() === 0;

// A bare lab: the hosts, their engines, the registry and the images, before anything of Restow runs on them.
describe.runIf(isRoot)('a lab (needs root)', () => {
  let dir: string;
  let lab: Lab;
  const get = async (from: string, url: string): Promise<string> =>
    (await lab.exec(from, ['busybox', 'wget', '-q', '-O', '-', url])).stdout.trim();
  const run = (host: string, name: string, image: string, ...options: string[]) =>
    lab.docker(host, 'run', '-d', '--name', name, ...options, `${lab.registry.address}/${image}`);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-lab-test-'));
    lab = await startLab({ nodes: 2, dir, bare: true });
  });
  afterAll(async () => {
    await takeDown(labPlace(dir));
    await rm(dir, { recursive: true, force: true });
  });

  it('gives every host an engine, a name and links of its own', async () => {
    const [one, two] = await Promise.all(
      ['n1', 'n2'].map((host) => lab.docker(host, 'info', '-f', '{{.Name}} {{.ID}}')),
    );
    expect(one).toMatch(/^n1 /);
    expect(two).toMatch(/^n2 /);
    expect(one?.split(' ')[1]).not.toBe(two?.split(' ')[1]);
    const { stdout: links } = await lab.exec('n1', ['ls', '/sys/class/net']);
    expect(links.trim().split('\n')).toEqual(['docker0', 'eth0', 'lo']);
  });

  it('runs the sample application, and another host reaches it by the name of its host', async () => {
    await run('n1', 'web', 'app:v1', '-p', '8080:80', '-v', 'data:/data');
    await vi.waitFor(async () => expect(await get('n2', 'http://n1:8080/')).toBe('v1'), 5_000);
    expect(await get('n2', 'http://n1:8080/data/starts')).toMatch(/^app v1 started at /);
    expect(await lab.docker('n1', 'logs', 'web')).toContain('app v1 tick 1');
    expect(await lab.docker('n2', 'ps', '-q')).toBe('');
    expect(await readFile(lab.registry.accessLog, 'utf8')).toMatch(/"GET \/v2\/app\/manifests\/\S+ HTTP/);
  });

  it('lets the sample application finish a request when it is stopped, and end with 0', async () => {
    await run('n1', 'slow', 'app:v2', '-p', '8081:80');
    await vi.waitFor(async () => expect(await get('n2', 'http://n1:8081/')).toBe('v2'), 5_000);
    const asked = performance.now();
    const answer = get('n2', 'http://n1:8081/slow?ms=1500');
    await vi.waitFor(async () => expect(await lab.docker('n1', 'exec', 'slow', 'ps')).toContain('usleep'), 5_000);
    await lab.docker('n1', 'stop', 'slow');
    expect(await answer).toBe('v2');
    expect(performance.now() - asked).toBeGreaterThan(1_500);
    expect(await lab.docker('n1', 'inspect', '-f', '{{.State.ExitCode}}', 'slow')).toBe('0');
    expect(await lab.docker('n1', 'logs', '--tail', '1', 'slow')).toBe('app v2 goodbye');
  });

  it('has an application that ends at once and says why, and tells what an engine did', async () => {
    const since = new Date().toISOString();
    const image = `${lab.registry.address}/crash:v1`;
    const { code, stderr } = await lab.exec('n2', ['docker', 'run', '--name', 'crash', image]);
    expect(code).toBe(1);
    expect(stderr).toContain('crash: cannot reach the database, giving up');
    const events = await lab.engineEvents('n2', since);
    const actions = events.filter(({ Type }) => Type === 'container').map(({ Action }) => Action);
    expect(actions.filter((action) => ['create', 'start', 'die'].includes(action))).toEqual(['create', 'start', 'die']);
    expect(await lab.engineEvents('n1', since)).toEqual([]);
  });

  it('pushes other content to the same tag, with a health check and volumes', async () => {
    const first = await pushImage(lab.registry.address, 'moving', 'latest', sampleApp('one'));
    const again = await pushImage(lab.registry.address, 'moving', 'latest', sampleApp('one'));
    const other = await pushImage(lab.registry.address, 'moving', 'latest', {
      ...sampleApp('two'),
      healthCheck: { test: ['CMD', 'true'], intervalMs: 500 },
      volumes: ['/data'],
    });
    expect(again.digest).toBe(first.digest);
    expect(other.digest).not.toBe(first.digest);
    await lab.docker('n2', 'pull', '-q', other.reference);
    const format =
      '{{index .RepoDigests 0}} {{.Id}} {"Interval":{{json .Config.Healthcheck.Interval}},"Test":{{json .Config.Healthcheck.Test}}} {{json .Config.Volumes}}';
    const inspected = await lab.docker('n2', 'image', 'inspect', '-f', format, other.reference);
    const repository = `${lab.registry.address}/moving`;
    expect(inspected).toBe(
      `${repository}@${other.digest} ${other.id} {"Interval":500000000,"Test":["CMD","true"]} {"/data":{}}`,
    );
  });

  it('refuses a second one in the same directory in one sentence, and lets one stand beside it', async () => {
    await expect(startLab({ nodes: 1, dir, bare: true })).rejects.toThrow(/^A lab of 2 hosts is up in .*`lab down`\.$/);
    const beside = await mkdtemp(join(tmpdir(), 'restow-lab-test-'));
    {
      await using other = await startLab({ nodes: 1, dir: beside, bare: true });
      expect(other.registry.address).not.toBe(lab.registry.address);
      expect(await other.docker('n1', 'info', '-f', '{{.Name}}')).toBe('n1');
    }
    expect(existsSync(beside)).toBe(false);
    expect(await lab.docker('n1', 'info', '-f', '{{.Name}}')).toBe('n1');
  });

  it('can be taken away when its start was killed halfway', async () => {
    const cut = await mkdtemp(join(tmpdir(), 'restow-lab-test-'));
    const place = labPlace(cut);
    const main = join(checkout, 'packages/lab/dist/main.js');
    const up = spawn(process.execPath, [main, 'lab', 'up', '2', '--bare'], {
      env: { ...process.env, RESTOW_LAB_DIR: cut },
      stdio: 'ignore',
    });
    await vi.waitFor(async () => expect((await listLeftovers(place)).join('\n')).toContain('dockerd'), {
      timeout: 10_000,
      interval: 5,
    });
    up.kill('SIGKILL');
    expect(await listLeftovers(place)).not.toEqual([]);
    const down = await runCommand([process.execPath, main, 'lab', 'down'], {
      env: { ...process.env, RESTOW_LAB_DIR: cut },
    });
    expect(down).toMatchObject({ code: 0 });
    expect(await listLeftovers(place)).toEqual([]);
    expect(existsSync(cut)).toBe(false);
  });

  it('boots a host anew when its boot was killed halfway, and is taken away with every fault in force', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'restow-lab-test-'));
    const place = labPlace(broken);
    const other = await startLab({ nodes: 2, dir: broken, bare: true });
    const env = { ...process.env, RESTOW_LAB_DIR: broken };
    const command = (...words: string[]): string[] => [
      ...[process.execPath, join(checkout, 'packages/lab/dist/main.js'), 'lab', ...words],
    ];
    const left = async (): Promise<string> => (await listLeftovers(place)).join('\n');
    try {
      await other.powerOff('n2');
      expect(await left()).not.toContain('hosts/n2/boot');
      const [program = '', ...words] = command('start', 'n2');
      const start = spawn(program, words, { env, stdio: 'ignore' });
      await vi.waitFor(async () => expect(await left()).toContain('hosts/n2/boot'), { timeout: 10_000, interval: 2 });
      start.kill('SIGKILL');
      // Killed before or after the host was written down: whether it has power is told right, and both ways lead on.
      const { code, stderr } = await runCommand(command('kill', 'n2'), { env });
      expect(code === 0 || stderr.includes('n2 has no power'), stderr).toBe(true);
      expect(await runCommand(command('start', 'n2'), { env })).toMatchObject({ code: 0 });
      expect(await other.docker('n2', 'info', '-f', '{{.Name}}')).toBe('n2');
      expect((await other.exec('n1', ['busybox', 'ping', '-c', '1', '-W', '1', 'n2'])).code).toBe(0);

      await other.cut('n1');
      await other.loss('n1', 30);
      await other.engineKill('n1');
      await other.powerOff('n2');
      expect(await runCommand(command('down'), { env })).toMatchObject({ code: 0 });
      expect(await left()).toBe('');
      expect(existsSync(broken)).toBe(false);
    } finally {
      await takeDown(place);
    }
  });

  it('loses power, with what was paused there by hand', async () => {
    await run('n2', 'paused', 'app:v1');
    await lab.docker('n2', 'pause', 'paused');
    await lab.powerOff('n2');
    await lab.powerOn('n2');
    expect(await lab.docker('n2', 'inspect', '-f', '{{.State.Status}}', 'paused')).toBe('exited');
    // The next test takes the lab away with one of these in it.
    await lab.docker('n2', 'start', 'paused');
    await lab.docker('n2', 'pause', 'paused');
  });

  it('leaves nothing behind: no program, namespace, link, rule, mount or file', async () => {
    const place = labPlace(dir);
    const own = await Promise.all(
      lab.hosts.flatMap(({ init }) => kinds.map((kind) => readlink(`/proc/${init.pid}/ns/${kind}`))),
    );
    expect([...(await namespacesInUse())]).toEqual(expect.arrayContaining(own));
    expect(await listLeftovers(place)).not.toEqual([]);
    await lab.down();
    expect(await listLeftovers(place)).toEqual([]);
    const inUse = await namespacesInUse();
    expect(own.filter((namespace) => inUse.has(namespace))).toEqual([]);
    expect(await mustRun('read the firewall', ['nft', 'list', 'ruleset'])).not.toContain(place.id);
    expect(await mustRun('read links', ['ip', '-d', 'addr'])).not.toContain(place.id);
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(dir);
    expect(existsSync(dir)).toBe(false);
  });
});
