import { slotOf } from '@restow/shared/domain/slot';
import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import { type Failed, failed } from './executor.ts';

/** How many lines a failure carries, where nobody asked for a number. */
export const failureLines = 20;

/** The last lines of a container's output, oldest first; a line the engine broke in parts is one. */
export const lastWords = async (
  engine: ContainerEngine,
  containerId: string,
  lines: number,
  signal: AbortSignal,
): Promise<string[]> => {
  const words: string[] = [];
  let goesOn = false;
  for await (const { line, partial } of engine.logs(containerId, { follow: false, tail: lines }, signal)) {
    if (goesOn) words.push(`${words.pop()}${line}`);
    else words.push(line);
    goesOn = partial;
  }
  return words;
};

/** The failure of an instance that ended when it should have run. */
export const exited = async (
  engine: ContainerEngine,
  instance: InspectedInstance,
  signal: AbortSignal,
): Promise<Failed> => {
  const { exitCode, startedAt, finishedAt } = instance;
  // Of one that ends at once, engines note the end before the start.
  const lived =
    startedAt !== null && finishedAt !== null ? `, ${Math.max(0, finishedAt - startedAt)} ms after its start` : '';
  return failed(
    'instance-exited',
    instance.state === 'created'
      ? `${slotOf(instance)} (${instance.containerName}) was never started.`
      : `${slotOf(instance)} (${instance.containerName}) ended with exit code ${exitCode}${lived}.`,
    { exitCode, logTail: await lastWords(engine, instance.containerId, failureLines, signal) },
  );
};
