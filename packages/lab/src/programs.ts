import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { RestowError } from '@restow/shared/base/errors';
import { type Daemon, matchInFile, startDaemon, whenReady } from './daemon.ts';
import { type Host, insideHost } from './hosts.ts';
import { checkout, type LabPlace, memberEnvironment } from './lab-place.ts';
import { childrenOf, type PidIdentity } from './pids.ts';

/** The built program of a package of this checkout. */
export function builtProgram(name: 'agent' | 'cli' | 'coordinator'): string {
  const file = join(checkout, 'packages', name, 'dist/main.js');
  if (existsSync(file)) return file;
  throw new RestowError(
    'failed-precondition',
    `${file} is not there: build it first, with \`pnpm build\`; \`./restow\` does so by itself`,
  );
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** Starts one of our programs and waits for the line `NAME ready {...}`; returns what stands in its braces. */
export async function startProgram(
  name: 'restow-agent' | 'restow-coordinator',
  what: string,
  argv: readonly string[],
  files: { log: string; out: string },
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<{ daemon: Daemon; told: Record<string, unknown> }> {
  const offset = await sizeOf(files.out);
  const daemon = await startDaemon({ what, argv, env, ...files });
  const told = await whenReady(daemon, { deadlineMs: 30_000, signal }, async (waiting) => {
    const [, json = '{}'] = await matchInFile(files.out, new RegExp(`^${name} ready (.*)$`, 'm'), waiting, offset);
    return JSON.parse(json) as Record<string, unknown>;
  });
  return { daemon, told };
}

const freePort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

export interface RunningCoordinator {
  /** `HOST:PORT` that clients and agents dial. */
  address: string;
  tokenFile: string;
  program: PidIdentity;
}

/** Starts the lab's coordinator on the machine, at `address` (default: a free port of `host`). */
export async function startCoordinator(
  place: LabPlace,
  options: { host: string; address?: string; signal?: AbortSignal },
): Promise<RunningCoordinator> {
  const listen = options.address ?? `${options.host}:${await freePort(options.host)}`;
  await mkdir(place.coordinatorDir, { recursive: true });
  const { daemon, told } = await startProgram(
    'restow-coordinator',
    'coordinator',
    [process.execPath, builtProgram('coordinator'), '--data', place.coordinatorDir, '--listen', listen],
    { log: join(place.logDir, 'coordinator.log'), out: join(place.logDir, 'coordinator.out') },
    memberEnvironment(place),
    options.signal,
  );
  return {
    address: typeof told.address === 'string' ? told.address : listen,
    tokenFile: join(place.coordinatorDir, 'token'),
    program: daemon.identity,
  };
}

/** Starts a host's agent inside the host. Resolves with the agent itself once the coordinator has welcomed it. */
export async function startAgent(
  place: LabPlace,
  host: Host,
  coordinator: Pick<RunningCoordinator, 'address' | 'tokenFile'>,
  signal?: AbortSignal,
): Promise<PidIdentity> {
  const data = join(place.hostDir(host.name), 'agent');
  await mkdir(data, { recursive: true });
  const { daemon } = await startProgram(
    'restow-agent',
    `agent of ${host.name}`,
    insideHost(host, [
      process.execPath,
      builtProgram('agent'),
      ...['--coordinator', coordinator.address],
      ...['--token-file', coordinator.tokenFile],
      ...['--data', data],
      ...['--name', host.name],
    ]),
    { log: join(place.logDir, `${host.name}-agent.log`), out: join(place.logDir, `${host.name}-agent.out`) },
    memberEnvironment(place),
    signal,
  );
  // What we started is `nsenter`, which waits outside for the agent inside.
  const [agent] = await childrenOf(daemon.identity.pid);
  if (agent === undefined)
    throw new RestowError('unavailable', `The agent of ${host.name} ended right after it was ready; see ${daemon.log}`);
  return agent;
}
