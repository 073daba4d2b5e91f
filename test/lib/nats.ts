import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** A real nats-server with JetStream on loopback, on a port and a directory of its own. */
export interface TestNats extends AsyncDisposable {
  url: string;
  token: string;
  /** A stock client, as anybody may open one; closed with the server. */
  client(): Promise<NatsConnection>;
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same files; resolves when JetStream answers. */
  start(): Promise<void>;
  /** A power cut: killed, and its files are as they were when `takePicture` was called. */
  forget(picture: string): Promise<void>;
  /** A copy of its files as they are; only to be taken while it does not run. */
  takePicture(): Promise<string>;
}

/** `maxStore`: bytes it may keep in all. */
export const startNats = async ({ maxStore }: { maxStore?: number } = {}): Promise<TestNats> => {
  const dir = await mkdtemp(join(tmpdir(), 'restow-nats-'));
  const token = 'test-token';
  const config = join(dir, 'nats.conf');
  const clients: NatsConnection[] = [];
  let server: ChildProcess | null = null;
  let port = -1;
  let pictures = 0;

  const start = async (): Promise<void> => {
    await writeFile(
      config,
      `listen: "127.0.0.1:${port}"\nauthorization { token: "${token}" }\njetstream { store_dir: "${dir}/store"${maxStore === undefined ? '' : `, max_file: ${maxStore}`} }\nports_file_dir: "${dir}"\nlogfile: "${dir}/nats.log"\n`,
    );
    // Dies with us: a test that timed out disposes of nothing.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'nats-server', '-c', config], { stdio: 'ignore' });
    server = child;
    await once(child, 'spawn');
    if (port === -1) port = await portOf(join(dir, `nats-server_${child.pid}.ports`));
    const probe = await connect({
      servers: `127.0.0.1:${port}`,
      token,
      waitOnFirstConnect: true,
      reconnectTimeWait: 20,
      reconnectJitter: 10,
    });
    await jetstreamManager(probe);
    await probe.close();
  };
  const kill = async (): Promise<void> => {
    const child = server;
    server = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const dead = once(child, 'exit');
    child.kill('SIGKILL');
    await dead;
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    token,
    async client() {
      const opened = await connect({ servers: `127.0.0.1:${port}`, token, maxReconnectAttempts: -1 });
      clients.push(opened);
      return opened;
    },
    kill,
    start,
    async takePicture() {
      const picture = join(dir, `picture-${++pictures}`);
      await copy(join(dir, 'store'), picture);
      return picture;
    },
    async forget(picture) {
      await kill();
      await rm(join(dir, 'store'), { recursive: true });
      await copy(picture, join(dir, 'store'));
      await start();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((one) => one.close()));
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

const copy = (from: string, to: string): Promise<void> => cp(from, to, { recursive: true });

/** The server writes it when it listens. */
const portOf = async (file: string): Promise<number> => {
  for (let attempt = 0; attempt < 500; attempt++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const match = /nats:\/\/[^:"]+:(\d+)/.exec(text);
    if (match) return Number(match[1]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nats-server did not write ${file} within 10 s`);
};
