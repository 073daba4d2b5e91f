import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Daemon, startDaemon, whenReady } from './daemon.ts';
import { askEngine, engineToAnswer } from './engine-http.ts';
import { type Host, insideHost } from './hosts.ts';
import { type LabPlace, memberEnvironment } from './lab-place.ts';
import type { LabSubnet } from './lab-subnet.ts';

/** A host's engine socket, reached from the machine: a host's /run is its own. */
export const engineSocket = (host: Host): string => `/proc/${host.init.pid}/root/run/docker.sock`;

/**
 * Starts a host's own engine, with its data on the host's disk. Everything is said in a configuration file of its own,
 * so that the machine's /etc/docker/daemon.json says nothing to it. The lab's registry speaks plain HTTP.
 */
export async function startEngine(
  place: LabPlace,
  subnet: LabSubnet,
  host: Host,
  options: { signal?: AbortSignal; deadlineMs?: number } = {},
): Promise<Daemon> {
  const disk = place.hostDir(host.name);
  const settings = {
    'data-root': join(disk, 'docker'),
    hosts: ['unix:///run/docker.sock'],
    'insecure-registries': [subnet.cidr],
    'cgroup-parent': `/${place.cgroup(host.name)}`,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'log-level': 'warn',
  };
  const settingsFile = join(disk, 'engine.json');
  await mkdir(disk, { recursive: true });
  await writeFile(settingsFile, `${JSON.stringify(settings, null, 2)}\n`);
  const engine = await startDaemon({
    what: `engine of ${host.name}`,
    argv: insideHost(host, ['dockerd', '--config-file', settingsFile]),
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
