import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RestowError } from '@restow/shared/base/errors';
import { findCgroups, removeCgroup } from './cgroups.ts';
import { mustRun, runCommand } from './command.ts';
import { startDaemon, whenReady } from './daemon.ts';
import { engineAnswers, engineToAnswer } from './engine-http.ts';
import { engineBridges, type MachineNotes, noteMachine, restoreMachine } from './engine-traces.ts';
import { endProgram, identify } from './pids.ts';

/** The Docker Engine of this machine, as found or as started. */
export interface EngineInUse extends AsyncDisposable {
  socketPath: string;
  /** True when it is one that Restow started for itself, now or earlier. */
  isOurs: boolean;
  /** Ends it if this call to `useEngine` started it; one that was there before is left alone. Safe to repeat. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface EngineOptions {
  /** Where an engine of our own keeps data, socket and logs. */
  dir: string;
  say?: (line: string) => void;
  signal?: AbortSignal;
}

const usualSocket = '/var/run/docker.sock';

/** One that somebody else looks after: nothing to dispose of. */
const asFound = (socketPath: string, isOurs = false): EngineInUse => ({
  socketPath,
  isOurs,
  [Symbol.asyncDispose]: async () => {},
});

/** The places of an engine of our own. Sockets have short names, whatever the directory's: the kernel allows 107 bytes. */
function ownPlace(directory: string) {
  const dir = resolve(directory);
  const id = `restow-engine-${createHash('sha256').update(dir).digest('hex').slice(0, 6)}`;
  const run = `/run/${id}`;
  const socket = join(dir, 'docker.sock');
  return {
    dir,
    id,
    run,
    socketPath: Buffer.byteLength(socket) < 100 ? socket : join(run, 'docker.sock'),
    data: join(dir, 'data'),
    pidFile: join(dir, 'engine.pid'),
    notesFile: join(dir, 'machine-notes.json'),
    log: join(dir, 'engine.log'),
  };
}
type OwnPlace = ReturnType<typeof ownPlace>;

/** The engine DOCKER_HOST names. It has to be one of this machine: an agent works on its own node's engine. */
async function engineByEnvironment(host: string): Promise<EngineInUse> {
  const socketPath = /^unix:\/\/(.+)$/.exec(host)?.[1];
  if (socketPath === undefined)
    throw new RestowError(
      'unsupported',
      `DOCKER_HOST is ${host}, and an agent needs the socket of an engine on its own machine: unset it, or set unix:///PATH.`,
    );
  if (await engineAnswers(socketPath)) return asFound(socketPath);
  throw new RestowError(
    'unavailable',
    `DOCKER_HOST is ${host}, and no engine answers there: start it, or unset DOCKER_HOST to use or start another one.`,
  );
}

/** Has systemd start the engine; `null` where there is no systemd or it knows none. */
async function engineBySystemd({ say, signal }: EngineOptions): Promise<EngineInUse | null> {
  if (!existsSync('/run/systemd/system')) return null;
  const { code } = await runCommand(['systemctl', 'cat', 'docker.service']);
  if (code !== 0) return null;
  say?.('no Docker Engine answers; starting it: systemctl start docker');
  await mustRun('start the Docker Engine', ['systemctl', 'start', 'docker'], { signal, deadlineMs: 120_000 });
  await engineToAnswer(usualSocket, AbortSignal.any([AbortSignal.timeout(60_000), ...(signal ? [signal] : [])]));
  return asFound(usualSocket);
}

/** Another engine in this network namespace. A second one would clear the first one's firewall chains as it starts. */
async function foreignEngine(): Promise<number | null> {
  const ours = await readlink('/proc/self/ns/net');
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const program = (await readFile(`/proc/${name}/comm`, 'utf8').catch(() => '')).trim();
    if (program !== 'dockerd') continue;
    if ((await readlink(`/proc/${name}/ns/net`).catch(() => '')) === ours) return Number(name);
  }
  return null;
}

const readNotes = async (place: OwnPlace): Promise<MachineNotes | null> =>
  existsSync(place.notesFile) ? (JSON.parse(await readFile(place.notesFile, 'utf8')) as MachineNotes) : null;

async function startOwn(place: OwnPlace, { say, signal }: EngineOptions): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new RestowError('denied', 'No Docker Engine answers, and to start one takes root: run this with sudo.');
  const other = await foreignEngine();
  if (other !== null)
    throw new RestowError(
      'failed-precondition',
      `A dockerd runs here (pid ${other}) and answers neither at ${usualSocket} nor at DOCKER_HOST: set DOCKER_HOST to its socket, or end it.`,
    );
  say?.(`no Docker Engine answers and no service manager can start one: starting one of our own, data in ${place.dir}`);
  await mkdir(place.dir, { recursive: true });
  // Notes of an engine that was never ended in order are older and therefore truer.
  if ((await readNotes(place)) === null) await writeFile(place.notesFile, JSON.stringify(await noteMachine(), null, 2));
  await rm(place.pidFile, { force: true });
  const settings = {
    'data-root': place.data,
    'exec-root': place.run,
    pidfile: place.pidFile,
    hosts: [`unix://${place.socketPath}`],
    'cgroup-parent': `/${place.id}`,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'log-level': 'warn',
  };
  const settingsFile = join(place.dir, 'engine.json');
  await writeFile(settingsFile, `${JSON.stringify(settings, null, 2)}\n`);
  const daemon = await startDaemon({
    what: 'Docker Engine of our own',
    argv: ['dockerd', '--config-file', settingsFile],
    env: process.env,
    log: place.log,
  });
  try {
    await whenReady(daemon, { deadlineMs: 60_000, signal }, (waiting) => engineToAnswer(place.socketPath, waiting));
  } catch (error) {
    await endProgram(daemon.identity, 10_000);
    await stopOwnEngine(place.dir);
    throw error;
  }
}

/**
 * An engine mounts its data directory onto itself where the disk below is private to this mount namespace, and takes
 * that away as it ends; but not where its disk is a part of a larger one, as in a container or a chroot.
 */
const unmountData = async ({ data }: OwnPlace): Promise<void> => {
  if ((await runCommand(['mountpoint', '-q', data])).code === 0)
    await mustRun("unmount our own engine's data directory from itself", ['umount', data]);
};

/**
 * Ends the engine of our own that lives in a directory, if one runs: its containers stop, its data stays, and the
 * machine's links, firewall and settings are as they were before it. Safe to repeat.
 */
export async function stopOwnEngine(dir: string, say: (line: string) => void = () => {}): Promise<void> {
  const place = ownPlace(dir);
  const notes = await readNotes(place);
  const pid = Number(await readFile(place.pidFile, 'utf8').catch(() => ''));
  const runs = pid > 0 && (await engineAnswers(place.socketPath));
  const bridges = runs ? await engineBridges(place.socketPath) : ['docker0'];
  const engine = runs ? await identify(pid) : null;
  if (engine !== null) {
    say('ending our own Docker Engine');
    await endProgram(engine, 40_000);
  }
  if (notes !== null) await restoreMachine(notes, bridges);
  await unmountData(place);
  await Promise.all((await findCgroups(place.id)).map(removeCgroup));
  await Promise.all(
    [place.socketPath, place.notesFile, place.pidFile, place.run].map((path) =>
      rm(path, { recursive: true, force: true }),
    ),
  );
}

/**
 * The Docker Engine to use on this machine: the one DOCKER_HOST names, the one at the usual socket, one of our own that
 * still runs; otherwise the service manager is asked to start it, and where there is none, one of our own is started,
 * which disposing ends.
 */
export async function useEngine(options: EngineOptions): Promise<EngineInUse> {
  const named = process.env.DOCKER_HOST;
  if (named) return engineByEnvironment(named);
  if (await engineAnswers(usualSocket)) return asFound(usualSocket);
  const place = ownPlace(options.dir);
  if (await engineAnswers(place.socketPath)) return asFound(place.socketPath, true);
  const started = await engineBySystemd(options);
  if (started !== null) return started;
  await startOwn(place, options);
  return {
    socketPath: place.socketPath,
    isOurs: true,
    [Symbol.asyncDispose]: () => stopOwnEngine(place.dir, options.say),
  };
}
