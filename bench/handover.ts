import { setTimeout as pause } from 'node:timers/promises';
import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { defaultDefinition, type UpdateOrder } from '@restow/shared/domain/service';
import { idlePlan, type LoadClient, loadNow, startLoad } from '../test/lab/load-client.ts';
import type { LoadReport } from '../test/lab/load-client-report.ts';
import { BareReconnect, bareAddress } from './bare-reconnect.ts';
import { type BenchLab, say, untilSucceeded, withLab } from './bench-lab.ts';
import { figuresOf, spread, table } from './figures.ts';
import { describeLoad, describeMachine } from './machine.ts';

/** Handovers on one node, and as many to another one, each with a window as long in which nothing is done. */
const swaps = Number(process.env.RESTOW_BENCH_SWAPS ?? 20);
/** Swaps of the ways beside it: they are far enough away to be told by fewer. */
const besides = Math.ceil(swaps / 2);
/** Looked at before the request and after the end as well. Milliseconds. */
const marginMs = 300;
/** How much later than in a window without a swap the longest gap may end, medians compared. Milliseconds. */
const goalMs = 5;

/** Of each of the two clients: so often that a gap of some milliseconds is seen, and requests of 3 s under way at any moment. */
const rates = { newPerSecond: 150, kept: 5, keptEveryMs: 100, slowPerSecond: 1, slowMs: 3000 };

const kinds = [
  'handover on one node',
  'no swap, as long',
  'handover to another node',
  'no swap, as long ',
  'stop-first on one node',
  'disconnect and connect by hand',
] as const;
type Kind = (typeof kinds)[number];

/** One window: what each client lived through in it. */
type Window = LoadReport[];

/** Pid, in its host, of the container of the service's slot on that node. */
const pidOn = async ({ lab, client }: BenchLab, service: string, node: string): Promise<number> => {
  const slot = (await client.getService(service)).slots.find(({ nodeName }) => nodeName === node);
  return Number(await lab.docker(node, 'inspect', '-f', '{{.State.Pid}}', slot?.containerId ?? ''));
};

const sum = (windows: readonly Window[], of: (report: LoadReport) => number): string =>
  String(windows.flat().reduce((all, report) => all + of(report), 0));

/** The longest gap that any client saw in a window. */
const gapsOf = (windows: readonly Window[]): number[] =>
  windows.map((reports) =>
    Math.max(
      ...reports.map(
        ({
          kinds: {
            new: { longestGapMs },
          },
        }) => longestGapMs,
      ),
    ),
  );

const rowOf = (kind: Kind, windows: readonly Window[]): string[] => [
  kind.trim(),
  spread(figuresOf(gapsOf(windows)), 1),
  sum(windows, ({ failed }) => failed),
  sum(windows, ({ cut }) => cut),
  sum(windows, ({ kinds: { new: fresh, slow, kept } }) => fresh.slowed + slow.slowed + kept.slowed),
  sum(windows, ({ stale }) => stale.length),
  sum(windows, ({ kinds: { new: fresh, slow, kept } }) => fresh.attempted + slow.attempted + kept.attempted),
];

/** How much the median of the swaps is over that of their windows without one, and whether that is good enough. */
const verdict = (what: string, swapped: readonly Window[], still: readonly Window[]): string => {
  const over = figuresOf(gapsOf(swapped)).median - figuresOf(gapsOf(still)).median;
  return `${what}: ${over >= 0 ? '+' : ''}${over.toFixed(1)} ms over the windows without a swap (goal: at most +${goalMs})`;
};

/**
 * Hands one slot over again and again, on one node and from node to node, while a client on each node asks it, and prints
 * the longest time without an answer beside windows in which nothing was done, and beside two other ways.
 */
export const benchHandover = (signal: AbortSignal): Promise<void> =>
  withLab(2, signal, async (bench) => {
    const { lab, client } = bench;
    const image = (version: string) => `${lab.registry.address}/app:${version}`;
    for (const { name } of lab.hosts) {
      for (const version of ['v1', 'v2']) await lab.docker(name, 'pull', '-q', image(version));
      await client.changeTags(name, { add: [`at-${name}`] });
    }
    let [version, node] = ['v1', 'n1'];
    const definition = () => {
      const plain = defaultDefinition(image(version));
      return {
        ...plain,
        tags: [`at-${node}`],
        env: { LINGER_MS: '400' },
        healthCheck: { kind: 'http' as const, port: 80, path: '/' },
        healthTiming: { ...plain.healthTiming, intervalMs: 200 },
        update: { ...plain.update, watchMs: 0 },
      };
    };
    await client.createService('served', definition());
    await client.createService('asking', { ...defaultDefinition(image('v1')), strategy: 'EVERY_NODE' });
    for (const name of ['served', 'asking']) await untilSucceeded(client.startService(name));
    const [{ address = '' } = {}] = (await client.getService('served')).slots;

    const place = async (host: string) => ({ lab, from: { host, pid: await pidOn(bench, 'asking', host) } });
    const askAt = async (host: string, target: string): Promise<LoadClient> =>
      startLoad(`from a container on ${host}`, { ...idlePlan, ...rates, target }, await place(host));
    const askers = await Promise.all(lab.hosts.map(({ name }) => askAt(name, address)));
    const bare = new BareReconnect(lab, 'n1');
    await bare.swap(image('v1'));

    let lastMs = 4000;
    /** Done while everybody asks, with a margin on both sides. */
    const timed = async (act: () => Promise<unknown>): Promise<[from: number, to: number]> => {
      const from = loadNow();
      await pause(marginMs, undefined, { signal });
      const begun = loadNow();
      await act();
      lastMs = loadNow() - begun;
      await pause(marginMs, undefined, { signal });
      return [from, loadNow()];
    };
    const redeploy = async (order: UpdateOrder) => {
      await client.updateService('served', definition());
      await untilSucceeded(client.redeploy('served', { ...defaultRedeployOptions, order }, { signal }));
    };
    const reconnect = async (): Promise<[from: number, to: number, report: LoadReport]> => {
      const asker = await askAt('n1', bareAddress);
      await pause(1000, undefined, { signal });
      const [from, to] = await timed(() => bare.swap(image(version)));
      await asker.stop();
      return [from, to, asker.report(from, to)];
    };
    const acts: Record<Exclude<Kind, 'disconnect and connect by hand'>, () => Promise<unknown>> = {
      'handover on one node': () => redeploy('auto'),
      'no swap, as long': () => pause(lastMs, undefined, { signal }),
      'handover to another node': () => {
        node = node === 'n1' ? 'n2' : 'n1';
        return redeploy('auto');
      },
      'no swap, as long ': () => pause(lastMs, undefined, { signal }),
      'stop-first on one node': () => redeploy('stop-first'),
    };

    await pause(2000, undefined, { signal });
    await redeploy('auto');
    const load = await describeLoad();
    const spans = new Map<Kind, [number, number][]>(kinds.map((kind) => [kind, []]));
    const byHand: Window[] = [];
    for (let round = 0; round < swaps; round++) {
      for (const kind of kinds) {
        version = version === 'v1' ? 'v2' : 'v1';
        if (kind === 'disconnect and connect by hand') {
          if (round < besides) byHand.push([(await reconnect())[2]]);
        } else if (kind !== 'stop-first on one node' || round < besides) {
          spans.get(kind)!.push(await timed(acts[kind]));
          // The last one's 3 s requests belong to it.
          await pause(200, undefined, { signal });
        }
      }
      say(`round ${round + 1} of ${swaps}`);
    }
    await Promise.all(askers.map((asker) => asker.stop()));
    await bare.end();

    const windows = (kind: Kind): Window[] =>
      kind === 'disconnect and connect by hand'
        ? byHand
        : spans.get(kind)!.map(([from, to]) => askers.map((asker) => asker.report(from, to)));
    console.log(
      `one slot, asked from a container on each of two nodes: ${rates.newPerSecond} new connections a second, ` +
        `${rates.kept} kept ones, ${rates.slowPerSecond} request of 3 s a second, each; by hand: one client, on the same node`,
    );
    console.log(`${swaps} handovers of each kind, ${besides} of each other way, by turns`);
    console.log(await describeMachine(lab.engineSocket('n1')));
    console.log(`${load}\n`);
    console.log(
      table([
        ['', 'longest gap, ms: median (min-max)', 'failed', 'cut', 'slowed', 'stale', 'of asked'],
        ...kinds.map((kind) => rowOf(kind, windows(kind))),
      ]),
    );
    console.log();
    console.log(verdict('on one node', windows('handover on one node'), windows('no swap, as long')));
    console.log(verdict('to another node', windows('handover to another node'), windows('no swap, as long ')));
    for (const kind of kinds)
      console.log(
        `each, ${kind.trim()}: ${gapsOf(windows(kind))
          .map((gap) => gap.toFixed(0))
          .join(' ')}`,
      );
  });
