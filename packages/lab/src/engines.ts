import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RestowError } from '@restow/shared/base/errors';
import { type Daemon, startDaemon, whenReady } from './daemon.ts';
import { askEngine, engineToAnswer } from './engine-http.ts';
import { engineCommand, engineRootVariable } from './engine-root.ts';
import { type Host, type HostName, insideHost } from './hosts.ts';
import { type LabPlace, memberEnvironment, memberVariable } from './lab-place.ts';
import type { LabSubnet } from './lab-subnet.ts';
import { childrenOf, commandLineOf, endProgram, endsWithin, type PidIdentity, programsMarkedWithWord } from './pids.ts';

/** A host's engine socket, reached from the machine: a host's /run is its own. */
export const engineSocket = (host: Host): string => `/proc/${host.init.pid}/root/run/docker.sock`;

const settingsFileOf = (place: LabPlace, host: HostName): string => join(place.hostDir(host.name), 'engine.json');

/** A host's engine itself, as the machine numbers it; `null` when it is dead. */
export async function engineProgram(place: LabPlace, host: HostName): Promise<PidIdentity | null> {
  // Of those with its settings file on their command line, the others are `nsenter`, waiting outside for the engine.
  const holders = await programsMarkedWithWord(memberVariable, place.id, settingsFileOf(place, host));
  const programs = await Promise.all(holders.map(commandLineOf));
  return holders.find((_, index) => programs[index]![0] === 'dockerd') ?? null;
}

/**
 * Ends an engine, by SIGKILL or politely (within `graceMs`, then by SIGKILL as a service manager does), and waits for
 * those that the kernel ends with it: its containerd and the proxies of its published ports. The containers' shims are
 * nobody's children; they and the containers live through a SIGKILL.
 */
export async function endEngine(engine: PidIdentity, graceMs: number): Promise<void> {
  const children = await childrenOf(engine.pid);
  await endProgram(engine, graceMs);
  for (const child of children)
    if (!(await endsWithin(child, 10_000)))
      throw new RestowError('unavailable', `Program ${child.pid} of the engine ${engine.pid} lives on without it`);
}

/**
 * Starts a host's own engine, with its data on the host's disk. Everything is said in a configuration file of its own,
 * so that the machine's /etc/docker/daemon.json says nothing to it. The lab's registry speaks plain HTTP. With
 * RESTOW_LAB_ENGINE_ROOT it is the engine of the Debian in that directory.
 */
export async function startEngine(
  place: LabPlace,
  subnet: LabSubnet,
  host: Host,
  options: { signal?: AbortSignal; deadlineMs?: number; settings?: Record<string, unknown> } = {},
): Promise<Daemon> {
  const disk = place.hostDir(host.name);
  const settings = {
    'data-root': join(disk, 'docker'),
    hosts: ['unix:///run/docker.sock'],
    'insecure-registries': [subnet.cidr],
    'cgroup-parent': `/${place.cgroup(host.name)}`,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'log-level': 'warn',
    ...options.settings,
  };
  const settingsFile = settingsFileOf(place, host);
  await mkdir(disk, { recursive: true });
  await writeFile(settingsFile, `${JSON.stringify(settings, null, 2)}\n`);
  const engine = await startDaemon({
    what: `engine of ${host.name}`,
    argv: insideHost(host, engineCommand(process.env[engineRootVariable], disk, settingsFile)),
    env: memberEnvironment(place),
    log: join(place.logDir, `${host.name}-engine.log`),
  });
  await whenReady(engine, { deadlineMs: options.deadlineMs ?? 60_000, signal: options.signal }, (signal) =>
    engineToAnswer(engineSocket(host), signal),
  );
  return engine;
}

/** Something an engine reported; only what tests ask about is typed, the rest is as the engine sends it. */
export interface EngineEvent {
  Type: string;
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  /** Nanoseconds since the epoch; read as a number, so good to the microsecond only. */
  timeNano: number;
  [more: string]: unknown;
}

/** What an engine did from `since` (an ISO time) until now, in its order. */
export async function engineEvents(socketPath: string, since: string): Promise<EngineEvent[]> {
  const until = (Date.now() / 1000).toFixed(9);
  const from = (Date.parse(since) / 1000).toFixed(9);
  const lines = await askEngine(socketPath, `/events?since=${from}&until=${until}`, AbortSignal.timeout(10_000));
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as EngineEvent);
}
