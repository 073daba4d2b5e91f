import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from '@nats-io/transport-node';
import { labPlace } from '@restow/lab/lab-place';
import { builtProgram } from '@restow/lab/programs';
import { pushImage } from '@restow/lab/push-image';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';
import { engineActs } from '../lab/engine-acts.ts';

/** As short as a test may wait: what is shown here does not depend on how long an instance is watched. */
const hasty = ['--min-running', '200ms', '--watch', '0s'];

/** A line as `service logs -o json` tells it. */
interface Line {
  slotName: string;
  nodeName: string;
  instanceId: string;
  deploymentNumber: number;
  seq: number;
  time: string;
  stream: 'stdout' | 'stderr' | 'gap';
  line: string;
}

const parse = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

const instanceOf = ({ Config }: EngineContainer): string => Config.Labels['io.restow.instance']!;
const slotOf = ({ Config }: EngineContainer): string =>
  `${Config.Labels['io.restow.service-name']}-${slotIndex({ Config })}`;

/** Lines by instance, each instance's in the order they came in. */
const byInstance = (lines: readonly Line[]): Map<string, Line[]> => Map.groupBy(lines, ({ instanceId }) => instanceId);

/** The counter of the sample application, as it was read. */
const ticksOf = (lines: readonly Pick<Line, 'line'>[]): number[] =>
  lines.flatMap(({ line }) => (/ tick (\d+)$/.exec(line) ?? []).slice(1).map(Number));

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describeCluster('container output', (cluster) => {
  const logs = async (...words: string[]): Promise<Line[]> =>
    parse(await cluster().ok('service', 'logs', '-o', 'json', ...words));

  /** What the engine itself has of a container's output, with its times. */
  const engineLines = async ({ host, Id }: EngineContainer): Promise<string[]> => {
    const { stdout, stderr } = await cluster().lab.exec(host, ['docker', 'logs', '-t', Id]);
    return `${stdout}${stderr}`.trimEnd().split('\n');
  };

  /** The coordinator's own NATS server, as whoever has its data directory may know it. */
  const nats = async (): Promise<{ url: string; token: string; pid: number }> => {
    const dir = join(labPlace(cluster().lab.dir).coordinatorDir, 'nats');
    const conf = await readFile(join(dir, 'nats.conf'), 'utf8');
    const [, listen = ''] = /listen: "(.*)"/.exec(conf) ?? [];
    const [, token = ''] = /token: "(.*)"/.exec(conf) ?? [];
    return { url: `nats://${listen}`, token, pid: Number(await readFile(join(dir, 'nats.pid'), 'utf8')) };
  };

  /** A client that follows, as a person has it in a terminal. */
  const startFollowing = (...words: string[]) => {
    const { lab } = cluster();
    const client = spawn(process.execPath, [builtProgram('cli'), 'service', 'logs', '-f', '-o', 'json', ...words], {
      env: { ...process.env, ...lab.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: Line[] = [];
    createInterface({ input: client.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Line));
    const ended = once(client, 'close') as Promise<[code: number | null, signal: string | null]>;
    return {
      lines,
      /** Ctrl-C. Resolves with the exit code. */
      interrupt: async (): Promise<number | null> => {
        client.kill('SIGINT');
        return (await ended)[0];
      },
    };
  };

  /** Waits until the engine has that many more ticks of every container. */
  const moreTicks = async (containers: readonly EngineContainer[], more: number): Promise<void> => {
    const count = async () =>
      Promise.all(
        containers.map(async (each) => (await engineLines(each)).filter((line) => / tick \d+$/.test(line)).length),
      );
    const before = await count();
    await vi.waitFor(
      async () => expect(Math.min(...(await count()).map((now, at) => now - before[at]!))).toBeGreaterThanOrEqual(more),
      { timeout: 20_000, interval: 300 },
    );
  };

  const newestDeployment = async (): Promise<string> =>
    String((await cluster().json<{ number: number }[]>('deployment', 'ls'))[0]!.number);

  describe('of a service that runs', () => {
    let running: EngineContainer[];
    const heard: { subject: string; slot: string; line: string }[] = [];

    beforeAll(async () => {
      const { ok, image } = cluster();
      const { url, token } = await nats();
      const stock = await connect({ servers: url, token });
      stock.subscribe('logs.>', {
        callback: (error, message) => {
          if (error) throw error;
          for (const line of message.string().split('\n'))
            heard.push({
              subject: message.subject,
              slot: message.headers?.get('Restow-Slot') ?? '',
              line: (JSON.parse(line) as { line: string }).line,
            });
        },
      });
      await stock.flush();
      await ok('service', 'run', '--name', 'web', '-t', '2', ...hasty, image('app:v1'));
      running = await cluster().running('web');
      await moreTicks(running, 4);
      await vi.waitFor(
        () => expect(ticksOf(heard.filter(({ slot }) => slot === 'web-2')).length).toBeGreaterThanOrEqual(4),
        5_000,
      );
      await stock.close();
    });

    test('CRD-09: the stock client of NATS, subscribed to logs.>, hears every line of every slot, as it is written', async () => {
      const [service] = await cluster().json<{ id: string }[]>('service', 'inspect', 'web');
      const nodes = await cluster().json<{ id: string; name: string }[]>('node', 'ls');
      for (const container of running) {
        const slot = slotOf(container);
        const own = heard.filter((message) => message.slot === slot);
        expect(own.map(({ line }) => line).slice(0, 2)).toEqual(['app v1 starting', 'app v1 listening on port 80']);
        expect(ticksOf(own)).toEqual(oneTo(ticksOf(own).length));
        const node = nodes.find(({ name }) => name === container.host)!.id;
        const deployment = container.Config.Labels['io.restow.deployment'];
        expect(new Set(own.map(({ subject }) => subject))).toEqual(
          new Set([`logs.${node}.${service!.id}.${deployment}.${slotIndex(container)}`]),
        );
      }
      const { url } = await nats();
      await expect(connect({ servers: url, token: 'wrong', reconnect: false })).rejects.toThrow(/authorization/i);
    });

    test('CRD-09: service logs has what the engines have, line by line, with their times', async () => {
      for (const container of running) {
        const truth = await engineLines(container);
        expect(truth.length).toBeGreaterThan(4);
        await vi.waitFor(async () => {
          const read = (await logs('web')).filter(({ instanceId }) => instanceId === instanceOf(container));
          expect(read.map(({ time, line }) => `${time} ${line}`).slice(0, truth.length)).toEqual(truth);
        }, 5_000);
      }
    });

    test('CRD-09: --slot, --since and --tail give the part they name', async () => {
      const all = await logs('web');
      expect(new Set(all.map(({ slotName }) => slotName))).toEqual(new Set(['web-1', 'web-2']));
      const second = await logs('--slot', '2', 'web');
      expect(new Set(second.map(({ slotName }) => slotName))).toEqual(new Set(['web-2']));
      expect(second.map(({ seq }) => seq)).toEqual(oneTo(second.length));

      const from = second.find(({ line }) => line.endsWith(' tick 3'))!;
      const since = await logs('--slot', '2', '--since', from.time, 'web');
      expect(since[0]).toEqual(from);
      expect(await logs('--since', '1h', '--slot', '2', 'web')).toEqual(expect.arrayContaining(second));

      const last = await logs('--slot', '2', '--tail', '5', 'web');
      expect(last).toHaveLength(5);
      const now = await logs('--slot', '2', 'web');
      expect(now.map(({ seq }) => seq)).toEqual(expect.arrayContaining(last.map(({ seq }) => seq)));
      expect(last[0]!.seq).toBeGreaterThanOrEqual(second.length - 4);
      expect(last.map(({ seq }) => seq - last[0]!.seq)).toEqual([0, 1, 2, 3, 4]);
      const text = await cluster().ok('service', 'logs', '--tail', '5', 'web');
      expect(text.split('\n')).toEqual(Array(5).fill(expect.stringMatching(/^web-[12] \| app v1 tick \d+$/)));
    });

    test('CRD-09: -f goes on with what is written from now on, and Ctrl-C ends it', async () => {
      const follower = startFollowing('--tail', '2', 'web');
      await vi.waitFor(() => expect(follower.lines.length).toBeGreaterThanOrEqual(2), 5_000);
      await moreTicks(running, 2);
      await vi.waitFor(() => {
        for (const slot of ['web-1', 'web-2']) {
          const seqs = follower.lines.filter(({ slotName }) => slotName === slot).map(({ seq }) => seq);
          expect(seqs.length).toBeGreaterThanOrEqual(3);
          expect(seqs.map((seq) => seq - seqs[0]!)).toEqual(seqs.map((_, at) => at));
        }
      }, 5_000);
      expect(await follower.interrupt()).toBe(130);
    });
  });

  test('DF-02: the logs of a deployment are its steps and its own containers’ output, also when those are gone', async () => {
    const { ok, running, hosts, lab, image } = cluster();
    const first = await newestDeployment();
    const old = await running('web');
    await ok('service', 'redeploy', '--image', image('app:v2'), 'web');
    const second = await newestDeployment();
    await vi.waitFor(
      async () => {
        const ids = await Promise.all(hosts.map((host) => lab.docker(host, 'ps', '-aq', '--no-trunc')));
        for (const { Id } of old) expect(ids.join('\n')).not.toContain(Id);
      },
      { timeout: 15_000, interval: 250 },
    );

    const ofFirst = (await ok('deployment', 'logs', first)).split('\n');
    const ofSecond = (await ok('deployment', 'logs', second)).split('\n');
    for (const slot of ['web-1', 'web-2']) {
      expect(ofFirst).toEqual(expect.arrayContaining([`${slot} | app v1 starting`, `${slot} | app v1 goodbye`]));
      expect(ofSecond).toContain(`${slot} | app v2 starting`);
      // Each by its time: no line of a container before the step that made it.
      const made = ofSecond.findIndex((line) => line.startsWith(`* ${slot}`) && line.includes('prepare'));
      expect(made).toBeGreaterThanOrEqual(0);
      expect(ofSecond.indexOf(`${slot} | app v2 starting`)).toBeGreaterThan(made);
    }
    expect(ofFirst.join('\n')).not.toContain('app v2');
    expect(ofSecond.join('\n')).not.toContain('app v1');
  });

  test('DF-17, CRD-04: what a crashing image said is in its deployment’s logs, with the failing step and the exit code, and stays when its container is gone', async () => {
    const { ok, restow, containers, image } = cluster();
    const crashed = await restow('service', 'redeploy', '--image', image('crash:v1'), 'web');
    expect(crashed.code).toBe(3);
    const number = await newestDeployment();
    const expected = [
      expect.stringMatching(/^\* web-1 +n1 +take +failed: web-1 .* ended with exit code 1/),
      'web-1 | crash: cannot reach the database, giving up',
    ];
    expect((await ok('deployment', 'logs', number)).split('\n')).toEqual(expect.arrayContaining(expected));

    await ok('service', 'redeploy', '--image', image('app:v2'), 'web');
    const gone = async () =>
      expect((await containers('web')).filter(({ Config }) => Config.Image.includes('/crash'))).toEqual([]);
    await vi.waitFor(gone, { timeout: 15_000, interval: 250 });
    expect((await ok('deployment', 'logs', number)).split('\n')).toEqual(expect.arrayContaining(expected));
    const next = await ok('deployment', 'logs', await newestDeployment());
    expect(next).not.toContain('cannot reach the database');
  });

  test('CRD-09, DF-17: a container that lived for 50 ms has its lines, both streams in order', async () => {
    const { lab, ok, restow, events } = cluster();
    const short = { cmd: ['/bin/sh', '-c', 'echo one; echo two; usleep 50000; echo three; echo four >&2; exit 7'] };
    const { reference } = await pushImage(lab.registry.address, 'short', 'v1', short);
    const since = new Date().toISOString();
    expect((await restow('service', 'run', '--name', 'short', ...hasty, reference)).code).toBe(1);
    const lived = engineActs(await events(since)).filter(({ name }) => name.startsWith('restow-short-1'));
    const [start, die] = ['start', 'die'].map((action) => lived.find((act) => act.action === action)!.at / 1e6);
    expect(die! - start!).toBeLessThan(1_000);

    const lines = await logs('short');
    expect(lines.filter(({ stream }) => stream === 'stdout').map(({ line }) => line)).toEqual(['one', 'two', 'three']);
    expect(lines.filter(({ stream }) => stream === 'stderr').map(({ line }) => line)).toEqual(['four']);
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    const told = (await ok('deployment', 'logs', await newestDeployment())).split('\n');
    expect(told.filter((line) => line.startsWith('short-1 | '))).toHaveLength(4);
    expect(told).toContainEqual(expect.stringMatching(/^\* short-1 .* take +failed: .* exit code 7/));
    await ok('service', 'rm', 'short');
  });

  test('CRD-09: no line is lost or doubled or out of order over a killed agent, a killed NATS server and a redeploy', async () => {
    const { lab, ok, running, containers, image } = cluster();
    await ok('service', 'run', '--name', 'count', '-t', '2', ...hasty, image('app:v1'));
    const old = await running('count');
    const follower = startFollowing('count');

    await moreTicks(old, 1);
    await lab.stopAgent('n1', 'SIGKILL');
    await moreTicks(old, 2);
    await lab.startAgent('n1');
    await moreTicks(old, 1);

    const { pid } = await nats();
    process.kill(pid, 'SIGKILL');
    await moreTicks(old, 2);
    await vi.waitFor(async () => expect((await nats()).pid).not.toBe(pid), { timeout: 15_000, interval: 250 });

    const seen = new Map<string, string[]>();
    for (const container of old) seen.set(instanceOf(container), await engineLines(container));
    await ok('service', 'redeploy', '--image', image('app:v2'), 'count');
    const young = await running('count');
    await vi.waitFor(async () => expect(await containers('count')).toHaveLength(2), { timeout: 20_000, interval: 250 });
    await moreTicks(young, 1);

    const whole = byInstance(await logs('count'));
    expect([...whole.keys()].sort()).toEqual([...old, ...young].map(instanceOf).sort());
    for (const container of old) {
      const lines = whole.get(instanceOf(container))!;
      expect(lines.map(({ seq }) => seq)).toEqual(oneTo(lines.length));
      expect(ticksOf(lines)).toEqual(oneTo(ticksOf(lines).length));
      expect(lines.at(-1)!.line).toBe('app v1 goodbye');
      expect(lines.filter(({ stream }) => stream === 'gap')).toEqual([]);
      // And it is what the engine had, while it still had it.
      const truth = seen.get(instanceOf(container))!;
      expect(lines.map(({ time, line }) => `${time} ${line}`).slice(0, truth.length)).toEqual(truth);
    }
    // Who followed all the while was told the same: nothing twice, nothing left out.
    await vi.waitFor(
      () => {
        const told = byInstance(follower.lines);
        for (const container of old)
          expect(told.get(instanceOf(container))!.map(({ seq }) => seq)).toEqual(
            whole.get(instanceOf(container))!.map(({ seq }) => seq),
          );
        for (const container of young) {
          const seqs = told.get(instanceOf(container))!.map(({ seq }) => seq);
          expect(seqs).toEqual(oneTo(seqs.length));
        }
      },
      { timeout: 10_000, interval: 250 },
    );
    expect(await follower.interrupt()).toBe(130);
    await ok('service', 'rm', 'count');
  });

  test('CRD-09: an old container is kept until its last line is acknowledged, and gone then', async () => {
    const { lab, hosts, ok, running, containers, image } = cluster();
    await ok('service', 'run', '--name', 'kept', ...hasty, image('app:v1'));
    const [old] = await running('kept');
    const { pid } = await nats();
    process.kill(pid, 'SIGSTOP');
    try {
      await ok('service', 'redeploy', 'kept');
      const [young] = await running('kept');
      expect(young!.Id).not.toBe(old!.Id);
      // The deployment has ended and did not wait for it; nothing of the old one is acknowledged.
      const still = (await containers('kept')).find(({ Id }) => Id === old!.Id);
      expect(still).toMatchObject({ Name: expect.stringMatching(/-retired$/), State: { Running: false } });
      await moreTicks([young!], 2);
      expect((await containers('kept')).map(({ Id }) => Id)).toContain(old!.Id);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await vi.waitFor(async () => expect(await containers('kept')).toHaveLength(1), { timeout: 20_000, interval: 250 });
    const all = await Promise.all(hosts.map((host) => lab.docker(host, 'ps', '-a', '--format', '{{.Names}}')));
    expect(all.join('\n')).not.toContain('-retired');
    const lines = (await logs('kept')).filter(({ instanceId }) => instanceId === instanceOf(old!));
    expect(lines.map(({ seq }) => seq)).toEqual(oneTo(lines.length));
    expect(lines.at(-1)!.line).toBe('app v1 goodbye');
  });
});
