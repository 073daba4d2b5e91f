import { join } from 'node:path';
import { type CommandResult, runCommand } from '@restow/lab/command';
import { checkout } from '@restow/lab/lab-place';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster } from '../lab/cluster.ts';
import { makeWhole } from '../lab/make-whole.ts';

describeCluster('faults of a lab', (cluster) => {
  afterEach(() => makeWhole(cluster().lab));

  /** How many of `sent` pings come back. */
  const answered = async (from: string, to: string, sent = 5): Promise<number> => {
    const { stdout } = await cluster().lab.exec(from, [
      ...['busybox', 'ping', '-c', String(sent), '-i', '0.005', '-W', '1', to],
    ]);
    return Number(/(\d+) packets received/.exec(stdout)?.[1] ?? 'NaN');
  };
  /** Who asked in vain for another's hardware address asks again only a second later. */
  const reaches = (from: string, to: string) =>
    vi.waitFor(async () => expect(await answered(from, to)).toBe(5), { timeout: 5_000, interval: 100 });
  const carrier = async (host: string): Promise<string> =>
    (await cluster().lab.exec(host, ['cat', '/sys/class/net/eth0/carrier'])).stdout.trim();

  describe('of the cable', () => {
    test('cut: nothing reaches the host, nothing leaves it, its carrier is lost, and the others lack nothing; heal: as before', async () => {
      const { lab } = cluster();
      expect(await answered('n1', 'n2')).toBe(5);
      expect(await answered('n2', 'machine')).toBe(5);
      await lab.cut('n2');
      expect(await Promise.all([answered('n1', 'n2'), answered('n2', 'n1'), answered('n2', 'machine')])).toEqual([
        0, 0, 0,
      ]);
      expect(await Promise.all(['n1', 'n2', 'n3'].map(carrier))).toEqual(['1', '0', '1']);
      expect(await Promise.all([answered('n1', 'n3'), answered('n3', 'machine')])).toEqual([5, 5]);
      expect(await answered('n2', 'localhost')).toBe(5);

      await lab.heal('n2');
      expect(await carrier('n2')).toBe('1');
      await reaches('n1', 'n2');
      await reaches('n2', 'n1');
      await reaches('n2', 'machine');
    });

    /** One of the kernel's own counts of a host: echo requests that arrived, echo replies that arrived. */
    const counted = async (host: string, what: 'InEchos' | 'InEchoReps'): Promise<number> => {
      const { stdout } = await cluster().lab.exec(host, ['grep', '^Icmp:', '/proc/net/snmp']);
      const [names = [], values = []] = stdout.split('\n').map((line) => line.split(' '));
      return Number(values[names.indexOf(what)]);
    };
    /** What became of pings from n1 to n2, as the two kernels counted it. */
    const arrivals = async (sent: number): Promise<{ requests: number; replies: number }> => {
      const [requests, replies] = [await counted('n2', 'InEchos'), await counted('n1', 'InEchoReps')];
      await answered('n1', 'n2', sent);
      return {
        requests: (await counted('n2', 'InEchos')) - requests,
        replies: (await counted('n1', 'InEchoReps')) - replies,
      };
    };

    test('loss: of 400 frames 50 percent are lost on the way there and again on the way back, none of other hosts; 100: all; 0: none', async () => {
      const { lab } = cluster();
      expect(await arrivals(50)).toEqual({ requests: 50, replies: 50 });

      await lab.loss('n2', 50);
      const half = await arrivals(400);
      // The expected counts are 200 and 100; beyond these bounds, six standard deviations, chance does not come.
      expect(half.requests).toBeGreaterThan(140);
      expect(half.requests).toBeLessThan(260);
      expect(half.replies).toBeGreaterThan(48);
      expect(half.replies).toBeLessThan(152);
      expect(await answered('n1', 'n3', 50)).toBe(50);

      await lab.loss('n2', 100);
      expect(await arrivals(20)).toEqual({ requests: 0, replies: 0 });
      // Told from a cut by the carrier: silence only.
      expect(await carrier('n2')).toBe('1');

      await lab.loss('n2', 0);
      expect(await arrivals(50)).toEqual({ requests: 50, replies: 50 });
    });
  });

  describe('of the engine', () => {
    /** Containers by hand, with the policies that an engine tells apart when it starts. */
    const byHand = { always: '8091', no: '8092' } as const;
    type Policy = keyof typeof byHand;

    beforeAll(async () => {
      const { lab, image } = cluster();
      for (const [policy, port] of Object.entries(byHand))
        await lab.docker(
          ...(['n3', 'run', '-d', '--name', `by-hand-${policy}`, '--restart', policy] as const),
          ...['-p', `${port}:80`, image('app:v1')],
        );
    });
    afterAll(() => cluster().lab.docker('n3', 'rm', '-fv', 'by-hand-always', 'by-hand-no'));

    /** What an engine says of a container, and who its first program is: the same program has the same start. */
    const inspect = async (policy: Policy): Promise<{ running: boolean; pid: string }> => {
      const told = await cluster().lab.docker(
        ...(['n3', 'inspect', '-f', '{{.State.Running}} {{.State.Pid}}', `by-hand-${policy}`] as const),
      );
      const [running, pid = ''] = told.split(' ');
      return { running: running === 'true', pid };
    };
    const startOf = async (pid: string): Promise<string | undefined> => {
      const { stdout, code } = await cluster().lab.exec('n3', ['cat', `/proc/${pid}/stat`]);
      return code === 0 ? stdout.split(') ')[1]?.split(' ')[19] : undefined;
    };
    const programs = async (host: string, ...names: string[]): Promise<string> =>
      (await cluster().lab.exec(host, ['pgrep', '-x', names.join('|')])).stdout.trim();
    const asksEngine = (host: string): Promise<CommandResult> => cluster().lab.exec(host, ['docker', 'ps', '-q']);
    const both = async <Value>(of: (policy: Policy) => Promise<Value>): Promise<Value[]> =>
      Promise.all([of('always'), of('no')]);
    const answers = (policy: Policy): Promise<string | null> => cluster().ask('n1', `http://n3:${byHand[policy]}/`);
    const bothAnswer = () => vi.waitFor(async () => expect(await both(answers)).toEqual(['v1', 'v1']), 10_000);

    test('engine-kill: docker does not answer, its containers live and answer; engine-start: it ends them, and starts those with the policy always', async () => {
      const { lab } = cluster();
      await bothAnswer();
      const before = await both(inspect);
      const starts = await Promise.all(before.map(({ pid }) => startOf(pid)));
      expect(starts).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);

      await lab.engineKill('n3');
      expect(await asksEngine('n3')).toMatchObject({ code: 1, stderr: expect.stringContaining('Cannot connect') });
      expect(await programs('n3', 'dockerd', 'containerd', 'docker-proxy')).toBe('');
      expect(await Promise.all(before.map(({ pid }) => startOf(pid)))).toEqual(starts);
      expect(await both(answers)).toEqual(['v1', 'v1']);
      expect(await asksEngine('n2')).toMatchObject({ code: 0 });

      await lab.engineStart('n3');
      expect(await asksEngine('n3')).toMatchObject({ code: 0 });
      expect((await programs('n3', 'dockerd', 'containerd')).split('\n')).toHaveLength(2);
      expect((await both(inspect)).map(({ running }) => running)).toEqual([true, false]);
      await vi.waitFor(async () => expect(await both(answers)).toEqual(['v1', null]), 10_000);
      expect(await Promise.all(before.map(({ pid }) => startOf(pid)))).toEqual([undefined, undefined]);
      await lab.docker('n3', 'start', 'by-hand-no');
    });

    test('engine-kill: a plan says that it is the engine of the node that does not answer, not the node', async () => {
      const { lab, ok, image } = cluster();
      const hasty = ['--min-running', '200ms', '--watch', '0s'];
      await ok('service', 'run', '--name', 'web', '-t', '3', '-p', '8093:80', ...hasty, image('app:v1'));
      expect((await cluster().restow('plan', 'web')).code).toBe(0);
      await lab.engineKill('n3');
      const { code, stdout } = await cluster().restow('plan', 'web');
      expect(code).toBe(4);
      expect(stdout).toMatch(/n3 cannot be surveyed \(No Docker Engine answers at/);
      expect(stdout).not.toContain('unreachable');
      await lab.engineStart('n3');
      await vi.waitFor(async () => expect((await cluster().restow('plan', 'web')).code).toBe(0), 20_000);
      await ok('service', 'rm', 'web');
      await lab.docker('n3', 'start', 'by-hand-no');
    });

    test('engine-stop: containers end with their engine, politely; engine-restart brings back those with the policy always', async () => {
      const { lab } = cluster();
      await bothAnswer();
      const before = await both(inspect);
      await lab.engineStop('n3');
      expect(await asksEngine('n3')).toMatchObject({ code: 1 });
      expect(await Promise.all(before.map(({ pid }) => startOf(pid)))).toEqual([undefined, undefined]);
      await lab.engineStart('n3');
      expect(await lab.docker('n3', 'logs', '--tail', '1', 'by-hand-no')).toBe('app v1 goodbye');
      await lab.docker('n3', 'start', 'by-hand-no');
      await bothAnswer();

      await lab.engineRestart('n3');
      expect((await both(inspect)).map(({ running }) => running)).toEqual([true, false]);
      await lab.docker('n3', 'start', 'by-hand-no');
      await bothAnswer();
    });

    test('kill: every program of the host is gone without a word; start: it boots from its disk, as its cable was left', async () => {
      const { lab } = cluster();
      await bothAnswer();
      await lab.exec('n3', ['touch', '/run/in-memory']);
      await lab.docker('n3', 'exec', 'by-hand-always', 'touch', '/on-disk');
      const { init } = lab.host('n3');
      await lab.powerOff('n3');
      expect(await answered('n1', 'n3')).toBe(0);
      expect((await lab.exec('n3', ['true'])).code).not.toBe(0);
      await expect(lab.docker('n3', 'ps')).rejects.toThrow();
      expect(await answered('n1', 'n2')).toBe(5);

      await lab.cut('n3');
      await lab.powerOn('n3');
      expect(lab.host('n3').init).not.toEqual(init);
      expect((await both(inspect)).map(({ running }) => running)).toEqual([true, false]);
      expect((await lab.exec('n3', ['ls', '/run/in-memory'])).code).not.toBe(0);
      expect(await lab.docker('n3', 'exec', 'by-hand-always', 'ls', '/on-disk')).toBe('/on-disk');
      // Nobody said goodbye: the power was cut.
      expect(await lab.docker('n3', 'logs', 'by-hand-no')).toMatch(/tick \d+$/);
      expect([await answered('n1', 'n3'), await carrier('n3')]).toEqual([0, '0']);
      await lab.heal('n3');
      expect(await carrier('n3')).toBe('1');
      await reaches('n1', 'n3');
      await lab.docker('n3', 'start', 'by-hand-no');
    });
  });

  describe('on the command line', () => {
    const main = join(checkout, 'packages/lab/dist/main.js');
    const command = (line: string): Promise<CommandResult> =>
      runCommand([process.execPath, main, 'lab', ...line.split(' ')], {
        env: { ...process.env, RESTOW_LAB_DIR: cluster().lab.dir },
      });
    const done = async (line: string): Promise<void> => expect(await command(line)).toMatchObject({ code: 0 });
    const refused = async (line: string, exitCode: number, why: string): Promise<void> =>
      expect(await command(line)).toEqual({ stdout: '', stderr: `restow: ${why}\n`, code: exitCode });
    /** Engine and cable of each host in `lab status`; the engine of a host without power is no news. */
    const status = async (): Promise<string[][]> =>
      (await command('status')).stdout
        .split('\n')
        .filter((line) => /^n\d/.test(line))
        .map((line) => line.split(/ {2,}/))
        .map(([, , power = '', engine = '', , , cable = '']) => [power.replace(/ \(.*/, ''), engine, cable]);
    const whole = ['running', 'answers', 'whole'];

    test('what is so already and what cannot be is refused in a sentence, and status tells every fault in force', async () => {
      const { lab } = cluster();
      expect(await status()).toEqual([whole, whole, whole]);
      await refused('cut n9', 1, 'The lab has no host n9; it has n1, n2, n3.');
      await refused('cut', 2, '`lab cut` needs one host.\nusage: ./restow lab cut HOST');
      await refused('heal n1 n2', 2, '`lab heal` needs one host.\nusage: ./restow lab heal HOST');
      await refused('heal n1', 1, 'The cable of n1 is not cut; `lab status` tells what is.');
      await refused('loss n1 101', 2, 'A cable loses a whole number of frames of a hundred, 0 to 100, not 101.');
      await refused(
        ...(['loss n1 half', 2] as const),
        '`lab loss` takes a whole number from 0 to 100, not "half".\nusage: ./restow lab loss HOST PERCENT',
      );
      await refused('start n2', 1, 'n2 has power; `lab kill n2` cuts it.');
      await refused('engine-start n3', 1, 'The engine of n3 runs already; `lab engine-kill n3` ends it.');
      // None of them did anything.
      expect(await status()).toEqual([whole, whole, whole]);

      await done('cut n1');
      await done('loss n1 30%');
      await done('kill n2');
      await done('engine-kill n3');
      expect(await status()).toEqual([
        ['running', 'answers', 'cut, loses 30%'],
        ['no power', 'does not answer', 'whole'],
        ['running', 'does not answer', 'whole'],
      ]);
      // This program, which had the lab open before, sees the same.
      expect(await lab.cable('n1')).toEqual({ cut: true, lossPercent: 30 });
      await refused('cut n1', 1, 'The cable of n1 is cut already; `lab heal n1` makes it whole.');
      const powerless = 'n2 has no power; `lab start n2` boots it.';
      for (const line of ['kill n2', 'engine-kill n2', 'engine-start n2', 'exec n2 true'])
        await refused(line, 1, powerless);
      for (const line of ['engine-kill n3', 'engine-stop n3', 'engine-restart n3'])
        await refused(line, 1, 'The engine of n3 is dead already; `lab engine-start n3` starts it.');

      await done('heal n1');
      await done('loss n1 0');
      await done('start n2');
      await done('engine-start n3');
      expect(await status()).toEqual([whole, whole, whole]);
      await reaches('n1', 'n2');
    });

    test('what `restow` tells of `lab` is all of it', async () => {
      const { stderr } = await runCommand([process.execPath, main, 'lab', 'nothing']);
      const words = /usage: .*restow lab (.*)/.exec(stderr)?.[1]?.split(' | ') ?? [];
      expect(words).toEqual(expect.arrayContaining(['up', 'cut', 'loss', 'engine-restart', 'down']));
      const { stdout: help } = await runCommand([join(checkout, 'restow'), 'help']);
      const told = help.split('\n').filter((line) => line.startsWith('  lab '));
      for (const word of words) expect(told.join('\n')).toMatch(new RegExp(`[ |]${word}[ \\n]`));
    });
  });
});
