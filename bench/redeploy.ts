import { setTimeout as pause } from 'node:timers/promises';
import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { defaultDefinition, type ServiceDefinition } from '@restow/shared/domain/service';
import type { DeploymentView } from '@restow/shared/domain/view';
import { now } from './answer.ts';
import { BareScript } from './bare-script.ts';
import { type BenchLab, say, untilSucceeded, withLab } from './bench-lab.ts';
import { EngineCalls } from './engine-calls.ts';
import { figuresOf, interleaved, spread, table } from './figures.ts';
import { FirstAnswers } from './first-answers.ts';
import { busyMs, describeLoad, describeMachine } from './machine.ts';
import { tellPhases } from './phases.ts';

const service = 'bench';
const slots = 10;
const hosts = 3;
const pairs = 7;
/** Between two measurements, so that one does not pay for what the other left to do. Milliseconds. */
const restMs = 1500;

/** Until no stopped container is left on any engine: what a deployment leaves to be removed has been. */
const untilTidy = async ({ lab }: BenchLab): Promise<void> => {
  const filters = encodeURIComponent(JSON.stringify({ status: ['exited', 'created'] }));
  for (const { name } of lab.hosts) {
    using engine = new EngineCalls(lab.engineSocket(name));
    while ((await engine.call<unknown[]>('GET', `/containers/json?all=1&filters=${filters}`)).length > 0)
      await pause(50);
  }
};

type Side = 'restow' | 'bare';

interface Measured {
  who: Side;
  /** From the request to the last slot that answers the new version. */
  ms: number;
  /** Processor time of the whole machine meanwhile. Milliseconds. */
  busyMs: number;
  deployment: DeploymentView | null;
}

/** What the client's program takes by itself for its start, one question and its end. Milliseconds. */
const commandLine = async ({ lab }: BenchLab): Promise<number> => {
  const begun = performance.now();
  await lab.cli('service', 'ls');
  return performance.now() - begun;
};

const tell = (measured: readonly Measured[], commandLines: readonly number[]): void => {
  const of = (who: Side, what: 'ms' | 'busyMs') =>
    figuresOf(measured.filter((each) => each.who === who).map((each) => each[what]));
  const row = (what: string, which: 'ms' | 'busyMs') => {
    const [ours, theirs] = [of('restow', which), of('bare', which)];
    return [what, spread(ours), spread(theirs), (ours.median / theirs.median).toFixed(2)];
  };
  const pairRatios = Array.from({ length: pairs }, (_, at) => {
    const pair = measured.slice(2 * at, 2 * at + 2);
    const msOf = (side: Side) => pair.find(({ who }) => who === side)?.ms ?? Number.NaN;
    return msOf('restow') / msOf('bare');
  });
  console.log(
    table([
      ['median (min-max), ms', 'restow', 'bare script', 'ratio'],
      row('from the request to the last answer', 'ms'),
      row('processors busy meanwhile, all of them', 'busyMs'),
    ]),
  );
  console.log(`\nratio of wall times pair by pair: ${spread(figuresOf(pairRatios), 2)}`);
  console.log(`the command line would add its own start and end, ms: ${spread(figuresOf(commandLines))}`);
  console.log('\nwhere Restow spends it: milliseconds since the request, medians over the runs\n');
  console.log(tellPhases(measured.flatMap(({ deployment }) => (deployment ? [deployment] : []))));
};

/**
 * Redeploys ten containers on three hosts by turns through Restow and by the bare script, v1 and v2 by turns, and prints
 * what each took from the request to the last container that answers the new version.
 */
export const benchRedeploy = (signal: AbortSignal): Promise<void> =>
  withLab(hosts, signal, async (bench) => {
    const { lab, client } = bench;
    const image = (version: string) => `${lab.registry.address}/app:${version}`;
    const definition = (version: string): ServiceDefinition => {
      const plain = defaultDefinition(image(version));
      return {
        ...plain,
        count: slots,
        update: { ...plain.update, order: 'stop-first', gate: false, minRunningMs: 0, watchMs: 0 },
      };
    };
    say('both images on every host, and ten containers of each side');
    for (const version of ['v1', 'v2'])
      await Promise.all(lab.hosts.map(({ name }) => lab.docker(name, 'pull', '-q', image(version))));
    await client.createService(service, definition('v1'));
    await untilSucceeded(client.startService(service));
    const placed = (await client.getService(service)).slots;
    using script = new BareScript(
      lab,
      placed.map(({ nodeName }) => nodeName ?? ''),
    );
    await using answers = await FirstAnswers.open(lab);
    const first = answers.all(script.addresses, 'v1');
    await script.redeploy(image('v1'), first);

    /** Does it and waits for the last answer; the time of the request is the moment before `begin`. */
    const timed = async <Done>(
      addresses: readonly string[],
      version: string,
      begin: (answered: Promise<number>) => Promise<Done>,
    ): Promise<{ ms: number; busyMs: number; done: Done }> => {
      const answered = answers.all(addresses, version);
      const [begun, busyBefore] = [now(), await busyMs()];
      const busy = answered.then(async () => (await busyMs()) - busyBefore);
      const [at, done] = await Promise.all([answered, begin(answered)]);
      return { ms: at - begun, busyMs: await busy, done };
    };
    const measure = async (who: Side, version: string): Promise<Measured> => {
      signal.throwIfAborted();
      await untilTidy(bench);
      await pause(restMs);
      if (who === 'bare') {
        const swap = (answered: Promise<number>) => script.redeploy(image(version), answered);
        return { who, ...(await timed(script.addresses, version, swap)), deployment: null };
      }
      await client.updateService(service, definition(version));
      const redeploy = () => untilSucceeded(client.redeploy(service, defaultRedeployOptions, { signal }));
      const addresses = placed.map(({ address }) => address);
      const { done, ...times } = await timed(addresses, version, redeploy);
      return { who, ...times, deployment: done };
    };

    // One of each that does not count: compilers and caches are warm after it.
    await measure('restow', 'v2');
    await measure('bare', 'v2');
    await untilTidy(bench);
    await pause(restMs);
    const load = await describeLoad();
    const measured: Measured[] = [];
    const turns = interleaved(pairs, 'restow' as const, 'bare' as const);
    for (const [at, who] of turns.entries()) {
      const result = await measure(who, Math.floor(at / 2) % 2 === 0 ? 'v1' : 'v2');
      measured.push(result);
      say(`${at + 1} of ${turns.length}: ${who} ${result.ms.toFixed(0)} ms`);
    }
    const commandLines: number[] = [];
    for (let time = 0; time < 5; time++) commandLines.push(await commandLine(bench));

    console.log(`${slots} slots on ${hosts} hosts, stop-first, gate off, watch and min_running 0, images present`);
    console.log(`${pairs} interleaved pairs`);
    console.log(await describeMachine(lab.engineSocket('n1')));
    console.log(`${load}\n`);
    tell(measured, commandLines);
  });
