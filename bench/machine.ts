import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { askEngine } from '@restow/lab/engine-http';

/** Where and under which load the figures came about; they mean nothing without it. */
export const describeMachine = async (engineSocket: string | null): Promise<string> => {
  const processors = cpus();
  const engine =
    engineSocket === null
      ? ''
      : `, Docker Engine ${(JSON.parse(await askEngine(engineSocket, '/version')) as { Version: string }).Version}`;
  return (
    `${processors.length} cores (${processors[0]?.model ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ` +
    `Linux ${release()}, Node ${process.version}${engine}`
  );
};

interface ProcessorTimes {
  busy: number;
  all: number;
}

/** Ticks of 10 ms of all processors together; what was stolen by other guests of the hardware counts as busy. */
const processorTimes = async (): Promise<ProcessorTimes> => {
  const [first = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, ...rest] = first.split(/\s+/).slice(1, 9).map(Number);
  const busy = user + nice + system + rest.reduce((sum, each) => sum + each, 0);
  return { busy, all: busy + idle + wait };
};

/** Milliseconds all processors together were busy since the machine was started, whoever had them. */
export const busyMs = async (): Promise<number> => (await processorTimes()).busy * 10;

/** The share of all processors that was busy over `ms`, in percent: measured before a run it is what others take. */
export const busyPercent = async (ms: number): Promise<number> => {
  const before = await processorTimes();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = await processorTimes();
  return (100 * (after.busy - before.busy)) / Math.max(1, after.all - before.all);
};

export const describeLoad = async (): Promise<string> =>
  `load ${loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')}, ${(await busyPercent(2000)).toFixed(0)} % of the processors busy while nothing is measured`;
