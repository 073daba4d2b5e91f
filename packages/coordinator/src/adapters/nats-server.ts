import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { backoffMs } from '@restow/shared/base/backoff';
import { systemClock } from '@restow/shared/base/clock';
import { messageOf, RestowError } from '@restow/shared/base/errors';
import { freePort } from '@restow/shared/base/free-port';
import type { Logger } from 'pino';

/** A nats-server of our own, kept alive for as long as the coordinator is. */
export interface OwnNats {
  port: number;
  version: string;
  /** Ends it and keeps its files. */
  stop(): Promise<void>;
}

export interface OwnNatsOptions {
  /** Its files: configuration, JetStream store, the port it had. */
  dir: string;
  /** Where it listens; the coordinator's own host, since agents dial both. */
  host: string;
  token: string;
  log: Logger;
}

/** How long a start may take: a big store is read first. Milliseconds. */
const startWithinMs = 30_000;
const stopWithinMs = 10_000;

/**
 * Starts `nats-server` with JetStream on a free port, the same one after every restart, so that agents find it again.
 * It is started anew when it dies, and one that an earlier coordinator left behind when it was killed is ended first:
 * two must not have the same store. Throws `failed-precondition` when the program is missing.
 */
export const startNatsServer = async (options: OwnNatsOptions): Promise<OwnNats> => {
  const { dir, log } = options;
  const version = await readVersion();
  if (/^2\.[0-9]\./.test(version))
    log.warn(
      { version },
      'this nats-server acknowledges before it syncs: a power cut may take back minutes of container output; the newest release does not',
    );
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await endOrphan(dir);
  const port = await choosePort(dir, options.host);
  writeFileSync(configOf(dir), configuration(options, port, version), { mode: 0o600 });

  let stopping = false;
  let child = await start(dir, log);
  const keep = async (): Promise<void> => {
    for (let attempt = 0; ; ) {
      const [code, signal] = await ended(child);
      if (stopping) return;
      log.error({ code, signal }, 'nats-server died; starting it again');
      for (;;) {
        await systemClock.sleep(backoffMs(++attempt));
        if (stopping) return;
        try {
          child = await start(dir, log);
          // Asked to stop while it started: the one that was ended then is the one before.
          if (stopping) return end(child);
          attempt = 0;
          break;
        } catch (error) {
          log.error({ err: error }, 'nats-server does not start');
        }
      }
    }
  };
  const kept = keep();
  return {
    port,
    version,
    stop: async () => {
      stopping = true;
      await end(child);
      await kept;
    },
  };
};

const configOf = (dir: string): string => join(dir, 'nats.conf');
const pidFileOf = (dir: string): string => join(dir, 'nats.pid');

const readVersion = async (): Promise<string> => {
  const child = spawn('nats-server', ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  try {
    await once(child, 'close');
  } catch (error) {
    throw new RestowError(
      'failed-precondition',
      `There is no nats-server to keep container output (${messageOf(error)}): install it (apt-get install nats-server), or name one that runs with --nats-url.`,
      { cause: error },
    );
  }
  return /v?(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? 'unknown';
};

const configuration = ({ dir, host, token }: OwnNatsOptions, port: number, version: string): string => `
listen: ${JSON.stringify(`${host}:${port}`)}
server_name: restow
pid_file: ${JSON.stringify(pidFileOf(dir))}
authorization { token: ${JSON.stringify(token)} }
max_payload: 4MB
jetstream {
  store_dir: ${JSON.stringify(join(dir, 'store'))}
${/^2\.[0-9]\./.test(version) ? '' : '  sync_interval: always\n'}}
`;

/** The port it had before where that is free, else any free one; never one that must be free. */
const choosePort = async (dir: string, host: string): Promise<number> => {
  const file = join(dir, 'port');
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = await freePort(host, before);
  writeFileSync(file, `${port}\n`);
  return port;
};

const start = async (dir: string, log: Logger): Promise<ChildProcess> => {
  const child = spawn('nats-server', ['-c', configOf(dir)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const last: string[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stderr! }).on('line', (line) => {
    log.debug({ nats: line }, 'nats-server says');
    last.splice(0, Math.max(0, last.length - 5));
    last.push(line);
    if (line.includes('Server is ready')) ready.resolve();
  });
  const over = new AbortController();
  const deadline = systemClock.sleep(startWithinMs, over.signal).then(() => {
    throw new Error(`it was not ready within ${startWithinMs / 1000} s`);
  });
  const died = ended(child).then(([code, signal]) => {
    throw new Error(`it ended with ${signal ?? code}`);
  });
  died.catch(() => undefined);
  try {
    await Promise.race([ready.promise, deadline, died]);
    return child;
  } catch (error) {
    child.kill('SIGKILL');
    throw new RestowError('unavailable', `nats-server could not be started: ${messageOf(error)}.\n${last.join('\n')}`, {
      cause: error,
    });
  } finally {
    over.abort();
    deadline.catch(() => undefined);
  }
};

const ended = async (child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
};

const end = async (child: ChildProcess): Promise<void> => {
  const gone = ended(child);
  child.kill('SIGTERM');
  const over = new AbortController();
  const patience = systemClock.sleep(stopWithinMs, over.signal).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await gone;
  over.abort();
  await patience;
};

/** Ends the server of a coordinator that was killed and could not end its own. Known by its configuration file. */
const endOrphan = async (dir: string): Promise<void> => {
  const pid = existsSync(pidFileOf(dir)) ? Number(readFileSync(pidFileOf(dir), 'utf8')) : 0;
  const isOurs = () => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(configOf(dir));
    } catch {
      // No such program: nothing was left behind.
      return false;
    }
  };
  if (!(pid > 0) || !isOurs()) return;
  process.kill(pid, 'SIGTERM');
  // Not our child, so the kernel tells us nothing; it ends within moments.
  for (let waited = 0; isOurs(); waited += 20) {
    if (waited === stopWithinMs) process.kill(pid, 'SIGKILL');
    await systemClock.sleep(20);
  }
};
