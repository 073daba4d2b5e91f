import { afterEach, describe, expect, test } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { type EngineAct, engineActs } from '../lab/engine-acts.ts';

const hasty = ['--min-running', '200ms', '--watch', '0s'];
/** How long the application takes to listen, and with it to be healthy. Milliseconds. */
const bootMs = 600;
const booting = ['-e', `BOOT_MS=${bootMs}`, '--health-http', '80/', '--watch', '0s'];

const envOf = ({ Config }: EngineContainer): Record<string, string> =>
  Object.fromEntries(Config.Env.map((entry) => entry.split('=', 2) as [string, string]));
const millis = (nanos: number): number => nanos / 1e6;

describeCluster('how many at a time', (cluster) => {
  afterEach(async () => {
    const { ok, json } = cluster();
    for (const { name } of await json<{ name: string }[]>('service', 'ls')) await ok('service', 'rm', name);
  });

  /** When each slot's container was made, started and asked to end since then. Milliseconds, of one clock for all hosts. */
  const timesOf = async (since: string, containers: EngineContainer[]) => {
    const acts = engineActs(await cluster().events(since));
    return containers.map(({ Id }) => {
      const at = (action: EngineAct['action']) =>
        millis(acts.find((act) => act.id === Id && act.action === action)?.at ?? Number.NaN);
      return { created: at('create'), started: at('start'), killed: at('kill') };
    });
  };
  const spread = (times: number[]): number => Math.max(...times) - Math.min(...times);

  test('SCL-01: parallel is the default: all are made before any has booted, and boot at the same time', async () => {
    const { ok, running, image } = cluster();
    const since = new Date().toISOString();
    await ok('service', 'run', '--name', 'many', '-t', '6', ...booting, image('app:v1'));
    const times = await timesOf(since, await running('many'));
    expect(times).toHaveLength(6);
    const firstHealthy = Math.min(...times.map(({ started }) => started)) + bootMs;
    expect(Math.max(...times.map(({ created }) => created))).toBeLessThan(firstHealthy);
    // One after the other they would take five times as long as one needs to boot.
    expect(spread(times.map(({ started }) => started))).toBeLessThan(2 * bootMs);
  });

  test('SCL-02: sequential: #n is made and started when #n-1 runs and is healthy, and is told where those before it are', async () => {
    const { ok, running, inside, image } = cluster();
    const since = new Date().toISOString();
    const flags = ['-t', '3', '--sequential', '-p', '80', '--expose', '90/udp'];
    await ok('service', 'run', '--name', 'row', ...flags, ...booting, image('app:v1'));
    const made = await running('row');
    const times = await timesOf(since, made);
    for (const [at, { created, started }] of times.entries()) {
      expect(created).toBeLessThan(started);
      if (at > 0) expect(created).toBeGreaterThan(times[at - 1]!.started + bootMs);
    }

    const addresses = made.map(({ NetworkSettings }) => NetworkSettings.Networks['restow-overlay']!.IPAddress);
    const linksOf = (container: EngineContainer) =>
      Object.fromEntries(Object.entries(envOf(container)).filter(([name]) => name.startsWith('ROW_')));
    const linkTo = (index: number) => {
      const address = addresses[index - 1];
      return {
        [`ROW_${index}_PORT`]: `tcp://${address}:80`,
        [`ROW_${index}_PORT_80_TCP`]: `tcp://${address}:80`,
        [`ROW_${index}_PORT_80_TCP_ADDR`]: address,
        [`ROW_${index}_PORT_80_TCP_PORT`]: '80',
        [`ROW_${index}_PORT_80_TCP_PROTO`]: 'tcp',
        [`ROW_${index}_PORT_90_UDP`]: `udp://${address}:90`,
        [`ROW_${index}_PORT_90_UDP_ADDR`]: address,
        [`ROW_${index}_PORT_90_UDP_PORT`]: '90',
        [`ROW_${index}_PORT_90_UDP_PROTO`]: 'udp',
      };
    };
    expect(made.map(linksOf)).toEqual([{}, linkTo(1), { ...linkTo(1), ...linkTo(2) }]);
    for (const index of [1, 2]) {
      const url = `http://$ROW_${index}_PORT_80_TCP_ADDR:$ROW_${index}_PORT_80_TCP_PORT/`;
      expect(await inside('row-3', `timeout 2 wget -qO- ${url}`)).toBe('v1');
    }

    const again = new Date().toISOString();
    await ok('service', 'update', '--image', image('app:v2'), 'row');
    await ok('service', 'redeploy', 'row');
    const after = await running('row');
    const next = await timesOf(again, after);
    const old = await timesOf(again, made);
    for (const at of [1, 2]) {
      expect(next[at]!.created).toBeGreaterThan(next[at - 1]!.started + bootMs);
      // And after the one it replaces was asked to end.
      expect(next[at]!.created).toBeGreaterThan(old[at - 1]!.killed);
    }
    expect(after.map(linksOf)).toEqual(made.map(linksOf));
  });

  test('SCL-03: the count is one unless said otherwise, on all engines together', async () => {
    const { ok, containers, image } = cluster();
    await ok('service', 'run', '--name', 'single', ...hasty, image('app:v1'));
    expect(await containers('single')).toHaveLength(1);
    // The control.
    await ok('service', 'run', '--name', 'double', '-t', '2', ...hasty, image('app:v1'));
    expect(await containers('double')).toHaveLength(2);
  });

  describe('a redeploy', () => {
    test('SCL-01: batches: the gate alone, then so many at a time, each batch when the one before it is healthy', async () => {
      const { ok, running, image } = cluster();
      await ok('service', 'run', '--name', 'many', '-t', '5', '--batch', '2', ...booting, image('app:v1'));
      const since = new Date().toISOString();
      await ok('service', 'redeploy', 'many');
      const started = (await timesOf(since, await running('many'))).map((times) => times.started);
      const [gate, ...rest] = started;
      const [first, second] = [rest.slice(0, 2), rest.slice(2)];
      expect(Math.min(...first)).toBeGreaterThan(gate! + bootMs);
      expect(Math.min(...second)).toBeGreaterThan(Math.max(...first) + bootMs);
      for (const batch of [first, second]) expect(spread(batch)).toBeLessThan(bootMs);
    });
  });
});
