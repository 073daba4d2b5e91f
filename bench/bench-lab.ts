import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '@restow/lab/lab';
import { startLab } from '@restow/lab/start-lab';
import { RestowError } from '@restow/shared/base/errors';
import type { DeploymentEvent, DeploymentView } from '@restow/shared/domain/view';
import { RestowClient } from '@restow/shared/rpc/restow-client';

/** What a bench works with. */
export interface BenchLab {
  lab: Lab;
  client: RestowClient;
}

/** Progress, for a person; standard output has the figures and nothing else. */
export const say = (line: string): void => {
  process.stderr.write(`bench: ${line}\n`);
};

/** A lab of its own for one bench, gone when `body` has ended, however it ended. */
export const withLab = async <Value>(
  nodes: number,
  signal: AbortSignal,
  body: (bench: BenchLab) => Promise<Value>,
): Promise<Value> => {
  const dir = await mkdtemp(join(tmpdir(), 'restow-bench-'));
  try {
    await using lab = await startLab({ nodes, dir, say, signal });
    if (lab.coordinator === null) throw new RestowError('internal', 'The lab came up without a coordinator');
    const token = (await readFile(lab.coordinator.tokenFile, 'utf8')).trim();
    using client = new RestowClient({ address: lab.coordinator.address, token });
    return await body({ lab, client });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** Follows a deployment to its end. Throws unless it succeeded: a figure of anything else would be none. */
export const untilSucceeded = async (events: AsyncIterable<DeploymentEvent>): Promise<DeploymentView> => {
  for await (const event of events) {
    if (event.kind !== 'ended') continue;
    if (event.deployment.state === 'succeeded') return event.deployment;
    throw new RestowError('internal', `The deployment ended ${event.deployment.state}: ${event.deployment.reason}`);
  }
  throw new RestowError('internal', 'The coordinator ended its answer before the deployment');
};
