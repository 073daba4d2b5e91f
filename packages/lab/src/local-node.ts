import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { endLocalNames, launchLocalNames } from './local-names.ts';
import { endProgram } from './pids.ts';
import { builtProgram, startProgram } from './programs.ts';
import { runsOurs } from './runs-ours.ts';

/** Coordinator, agent and names of this one machine, as `up` and `demo` run them. */
export interface LocalNode {
  address: string;
  tokenFile: string;
  coordinator: Daemon;
  agent: Daemon;
  /** What the client needs to reach it. */
  env: Record<string, string>;
  /**
   * Ends them, the agent first. Containers, addresses and published ports stay as they are, and so does what answers the
   * containers by name: `namesGoOn`, unless none run.
   */
  end(): Promise<{ namesGoOn: boolean }>;
}

export interface LocalNodeOptions {
  /** Store, token, NATS and logs. */
  dir: string;
  /** Where the coordinator listens, such as `127.0.0.1:7600`; port 0: a free one. */
  listen: string;
  socketPath: string;
  /** Marks the programs, so that they can be found again. */
  env?: Record<string, string>;
  /** The same of the one that goes on for containers; as the others where it is not given. */
  namesEnv?: Record<string, string>;
  say?: (line: string) => void;
  signal?: AbortSignal;
}

/** How long each of them may take to end by itself. Milliseconds. */
const graceMs = 10_000;

/** Starts them and resolves when the coordinator has welcomed the agent and its containers are answered. Ends what was started when one fails. */
export async function startLocalNode(options: LocalNodeOptions): Promise<LocalNode> {
  const { dir, signal, say = () => {} } = options;
  const env = { ...process.env, ...options.env };
  const logDir = join(dir, 'log');
  await mkdir(logDir, { recursive: true, mode: 0o700 });
  const files = (name: string) => ({ log: join(logDir, `${name}.log`), out: join(logDir, `${name}.out`) });

  const { daemon: coordinator, told } = await startProgram(
    'restow-coordinator',
    'coordinator',
    [process.execPath, builtProgram('coordinator'), '--data', dir, '--listen', options.listen],
    files('coordinator'),
    env,
    signal,
  );
  const address = String(told.address);
  const tokenFile = join(dir, 'token');
  say(`coordinator at ${address}, its data in ${dir}`);
  try {
    const names = await launchLocalNames(
      dir,
      files('names'),
      { ...process.env, ...(options.namesEnv ?? options.env) },
      signal,
    );
    const { daemon: agent } = await startProgram(
      'restow-agent',
      'agent',
      [
        process.execPath,
        builtProgram('agent'),
        ...['--coordinator', address],
        ...['--token-file', tokenFile],
        ...['--data', join(dir, 'agent')],
        ...['--docker-socket', options.socketPath],
      ],
      files('agent'),
      env,
      signal,
    );
    say(`agent on the engine at ${options.socketPath}`);
    await names.ready();
    return {
      address,
      tokenFile,
      coordinator,
      agent,
      env: { RESTOW_HOST: address, RESTOW_TOKEN_FILE: tokenFile },
      end: async () => {
        await endProgram(agent.identity, graceMs);
        await endProgram(coordinator.identity, graceMs);
        // An engine that does not answer may have containers all the same.
        const namesGoOn = await runsOurs(options.socketPath).catch(() => true);
        if (!namesGoOn) await endLocalNames(dir);
        return { namesGoOn };
      },
    };
  } catch (error) {
    if (!(await runsOurs(options.socketPath).catch(() => true))) await endLocalNames(dir);
    await endProgram(coordinator.identity, graceMs);
    throw error;
  }
}

/** Where a coordinator with its data in `dir` said it listens; `null` when none ever did. */
export const publishedAddress = async (dir: string): Promise<string | null> => {
  const file = join(dir, 'coordinator.json');
  if (!existsSync(file)) return null;
  return (JSON.parse(await readFile(file, 'utf8')) as { address: string }).address;
};
