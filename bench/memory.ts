import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { labPlace } from '@restow/lab/lab-place';
import { readState } from '@restow/lab/lab-state';
import { RestowError } from '@restow/shared/base/errors';
import { defaultDefinition } from '@restow/shared/domain/service';
import { type BenchLab, say, untilSucceeded, withLab } from './bench-lab.ts';
import { table } from './figures.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { processorMs, type Resident, readResident } from './resident.ts';

/** Containers of the full node. */
const containers = 50;
/** How long nothing is done before memory is read, and over which processor time is counted. Milliseconds. */
const idleMs = 30_000;

interface Row {
  who: string;
  resident: Resident;
  /** Share of one core while idle, in percent. */
  processor: number;
}

/** The same Node with nothing to do. */
const startBareNode = async (): Promise<{ pid: number } & AsyncDisposable> => {
  const node = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(node, 'spawn');
  return {
    pid: node.pid!,
    [Symbol.asyncDispose]: async () => {
      const ended = once(node, 'exit');
      node.kill();
      await ended;
    },
  };
};

/** The pids of agent and coordinator, as the machine numbers them; a program that is started again has another one. */
const pidsOf = ({ lab }: BenchLab): { agent: number; coordinator: number } => {
  const state = readState(labPlace(lab.dir));
  const [agent, coordinator] = [state?.agents.n1, state?.coordinator?.program];
  if (!agent || !coordinator) throw new RestowError('internal', 'The lab has lost its agent or its coordinator');
  return { agent: agent.pid, coordinator: coordinator.pid };
};

/** Lets them be for a while, then reads what each has. */
const readIdle = async (programs: Record<string, number>, signal: AbortSignal): Promise<Row[]> => {
  const pids = Object.entries(programs);
  const before = await Promise.all(pids.map(([, pid]) => processorMs(pid)));
  await pause(idleMs, undefined, { signal });
  return Promise.all(
    pids.map(async ([who, pid], at) => ({
      who,
      processor: (100 * ((await processorMs(pid)) - before[at]!)) / idleMs,
      resident: await readResident(pid),
    })),
  );
};

/** Agent and coordinator with nothing to do, with no containers and with fifty that say nothing, beside a bare Node. */
export const benchMemory = (signal: AbortSignal): Promise<void> =>
  withLab(1, signal, async (bench) => {
    const { lab, client } = bench;
    await using bare = await startBareNode();
    const load = await describeLoad();
    const rows: Row[] = [];
    const read = async (programs: Record<string, number>) => rows.push(...(await readIdle(programs, signal)));

    say(`no container; ${idleMs / 1000} s of nothing`);
    const fresh = pidsOf(bench);
    await read({
      'bare node': bare.pid,
      'agent, no container': fresh.agent,
      'coordinator, no slot': fresh.coordinator,
    });

    say(`${containers} containers`);
    const plain = defaultDefinition(`${lab.registry.address}/app:v1`);
    await client.createService('quiet', {
      ...plain,
      count: containers,
      command: ['sleep', '1000000'],
      update: { ...plain.update, gate: false, batch: 5, minRunningMs: 0, watchMs: 0 },
    });
    await untilSucceeded(client.startService('quiet', undefined, { signal }));
    const deployed = pidsOf(bench);
    await read({
      [`agent that started ${containers}`]: deployed.agent,
      [`coordinator, ${containers} slots`]: deployed.coordinator,
    });

    say('the agent started again');
    await lab.stopAgent('n1');
    await lab.startAgent('n1');
    await read({ [`agent that found ${containers}`]: pidsOf(bench).agent });

    const [node] = rows;
    console.log(`memory in MiB and processor time over ${idleMs / 1000} s of nothing to do`);
    console.log(await describeMachine(lab.engineSocket('n1')));
    console.log(`${load}\n`);
    console.log(
      table([
        ['', 'resident', 'of a bare node', 'proportional', 'its own', '% of a core'],
        ...rows.map(({ who, resident, processor }) => [
          who,
          resident.rss.toFixed(1),
          `${(resident.rss / node!.resident.rss).toFixed(2)} x`,
          resident.pss.toFixed(1),
          resident.own.toFixed(1),
          processor.toFixed(2),
        ]),
      ]),
    );
  });
