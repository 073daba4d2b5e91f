import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';
import { freePort } from '@restow/shared/base/free-port';
import { type Daemon, matchInFile, startDaemon, whenReady } from './daemon.ts';
import { type Host, insideHost } from './hosts.ts';
import { checkout, type LabPlace, memberEnvironment } from './lab-place.ts';
import { childrenOf, type PidIdentity } from './pids.ts';

/** The built program of a package of this checkout; `names` is the agent's. */
export function builtProgram(name: 'agent' | 'cli' | 'coordinator' | 'names'): string {
  const file = join(checkout, 'packages', name === 'names' ? 'agent/dist/names/main.js' : `${name}/dist/main.js`);
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

/** One of our programs, started; `ready` waits for its line `NAME ready {...}` and returns what stands in its braces. */
export interface Launched {
  daemon: Daemon;
  ready(): Promise<Record<string, unknown>>;
}

export async function launchProgram(
  name: 'restow-agent' | 'restow-coordinator' | 'restow-names',
  what: string,
  argv: readonly string[],
  files: { log: string; out: string },
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Launched> {
  const offset = await sizeOf(files.out);
  const daemon = await startDaemon({ what, argv, env, ...files });
  const ready = () =>
    whenReady(daemon, { deadlineMs: 30_000, signal }, async (waiting) => {
      const [, json = '{}'] = await matchInFile(files.out, new RegExp(`^${name} ready (.*)$`, 'm'), waiting, offset);
      return JSON.parse(json) as Record<string, unknown>;
    });
  return { daemon, ready };
}

/** Starts one of our programs and waits until it is ready. */
export async function startProgram(
  ...what: Parameters<typeof launchProgram>
): Promise<{ daemon: Daemon; told: Record<string, unknown> }> {
  const { daemon, ready } = await launchProgram(...what);
  return { daemon, told: await ready() };
}

export interface RunningCoordinator {
  /** `HOST:PORT` that clients and agents dial. */
  address: string;
  /** `ADDRESS:PORT` at which it answers the lab's zone. */
  dns: string;
  tokenFile: string;
  program: PidIdentity;
}

/** The zone of every lab. */
export const labZone = 'restow.test';

/** Starts the lab's coordinator on the machine, at `address` and `dns` (default: a free port of `host` each). */
export async function startCoordinator(
  place: LabPlace,
  options: { host: string; address?: string; dns?: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<RunningCoordinator> {
  const listen = options.address ?? `${options.host}:${await freePort(options.host)}`;
  await mkdir(place.coordinatorDir, { recursive: true });
  const { daemon, told } = await startProgram(
    'restow-coordinator',
    'coordinator',
    [
      ...[process.execPath, builtProgram('coordinator'), '--data', place.coordinatorDir, '--listen', listen],
      ...['--zone', labZone, '--dns-listen', options.dns ?? `${options.host}:0`],
    ],
    { log: join(place.logDir, 'coordinator.log'), out: join(place.logDir, 'coordinator.out') },
    { ...memberEnvironment(place), ...options.env },
    options.signal,
  );
  return {
    address: typeof told.address === 'string' ? told.address : listen,
    dns: Array.isArray(told.dns) ? String(told.dns[0]) : '',
    tokenFile: join(place.coordinatorDir, 'token'),
    program: daemon.identity,
  };
}

/**
 * Starts a host's agent inside the host, and resolves as soon as there is one, though it may have nobody to speak to;
 * `welcomed` waits until the coordinator has welcomed it.
 */
export async function launchAgent(
  place: LabPlace,
  host: Host,
  coordinator: Pick<RunningCoordinator, 'address' | 'tokenFile'>,
  signal?: AbortSignal,
  env: Record<string, string> = {},
): Promise<{ agent: PidIdentity; welcomed(): Promise<void> }> {
  const data = agentData(place, host);
  await mkdir(data, { recursive: true });
  const { daemon, ready } = await launchProgram(
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
    { ...memberEnvironment(place), ...env },
    signal,
  );
  return {
    agent: await insideOf(daemon, signal),
    welcomed: async () => {
      await ready();
    },
  };
}

/**
 * Starts what answers DNS in a host: a program of its own beside the agent. Resolves as soon as it is there; `answering`
 * waits until it answers, which is when an agent has set the host up.
 */
export async function launchNames(
  place: LabPlace,
  host: Host,
  signal?: AbortSignal,
): Promise<{ names: PidIdentity; answering(): Promise<void> }> {
  const { daemon, ready } = await launchProgram(
    'restow-names',
    `names of ${host.name}`,
    insideHost(host, [process.execPath, builtProgram('names'), '--data', agentData(place, host)]),
    { log: join(place.logDir, `${host.name}-names.log`), out: join(place.logDir, `${host.name}-names.out`) },
    memberEnvironment(place),
    signal,
  );
  return {
    names: await insideOf(daemon, signal),
    answering: async () => {
      await ready();
    },
  };
}

const agentData = (place: LabPlace, host: Pick<Host, 'name'>): string => join(place.hostDir(host.name), 'agent');

/** What we started is `nsenter`, which waits outside for the program inside. */
const insideOf = (daemon: Daemon, signal?: AbortSignal): Promise<PidIdentity> =>
  whenReady(daemon, { deadlineMs: 10_000, signal }, (waiting) => onlyChild(daemon, waiting));

/** Starts a host's agent inside the host. Resolves with the agent itself once the coordinator has welcomed it. */
export async function startAgent(...whose: Parameters<typeof launchAgent>): Promise<PidIdentity> {
  const { agent, welcomed } = await launchAgent(...whose);
  await welcomed();
  return agent;
}

async function onlyChild({ identity }: Daemon, signal: AbortSignal): Promise<PidIdentity> {
  for (;;) {
    const [child] = await childrenOf(identity.pid);
    if (child !== undefined) return child;
    await systemClock.sleep(5, signal);
  }
}
