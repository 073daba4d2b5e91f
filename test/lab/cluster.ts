import type { CommandResult } from '@restow/lab/command';
import type { EngineEvent } from '@restow/lab/engines';
import type { Lab } from '@restow/lab/lab';
import { openLab } from '@restow/lab/start-lab';
import { afterAll, beforeAll, describe, inject } from 'vitest';

/** One container as an engine tells of it, read by `docker inspect`. */
export interface EngineContainer {
  host: string;
  Id: string;
  Name: string;
  Created: string;
  Image: string;
  State: { Status: string; Running: boolean; Pid: number; StartedAt: string; ExitCode: number };
  Config: { Env: string[]; Cmd: string[] | null; Labels: Record<string, string>; Image: string };
  HostConfig: { Memory: number; RestartPolicy: { Name: string } };
  Mounts: { Type: string; Name: string; Destination: string; RW: boolean }[];
  NetworkSettings: { Networks: Record<string, { IPAddress: string; MacAddress: string }> };
}

/** The lab the way a skeptic looks at it: asked through the command line, checked on the engines. */
export interface Cluster {
  lab: Lab;
  hosts: string[];
  /** `REGISTRY/app:v1` of `app:v1`. */
  image(name: string): string;
  /** Runs `restow WORDS...`; any exit code is a value. */
  restow(...words: string[]): Promise<CommandResult>;
  /** The same, and throws unless it ends with 0. Returns stdout, trimmed. */
  ok(...words: string[]): Promise<string>;
  /** The same with `-o json`, parsed. */
  json<T>(...words: string[]): Promise<T>;
  /** Every container of a service on every engine, running or not, by name; from `docker`, not from our API. */
  containers(service: string): Promise<EngineContainer[]>;
  /** Those of them that run, ordered by slot. */
  running(service: string): Promise<EngineContainer[]>;
  /** Asks an URL from inside a host; the body, or `null` when nothing answered with 200. */
  ask(host: string, url: string): Promise<string | null>;
  /** Runs a shell line inside a running container of a slot, such as `web-1`. */
  inside(slot: string, line: string): Promise<string>;
  /** What all engines did to containers and images since an ISO time, each with its host, by time. */
  events(since: string): Promise<(EngineEvent & { host: string })[]>;
  /** Address of a host on the lab's network. */
  addressOf(host: string): string;
  /** Removes every service, all tags and cordons: for a file's end, so that the next one finds an empty cluster. */
  clear(): Promise<void>;
}

/**
 * `describeCluster('...', (cluster) => { test(...) })`: the tests of one file on the shared lab, skipped and counted
 * where there is none. `cluster()` is for use inside tests and hooks.
 */
export const describeCluster = (name: string, body: (cluster: () => Cluster) => void): void => {
  describe.skipIf(inject('labDir') === '')(`${name} (needs root)`, () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = clusterOf(await openLab(inject('labDir')));
      await cluster.clear();
    });
    afterAll(() => cluster?.clear());
    body(() => cluster);
  });
};

/** Any lab seen so; the shared one comes by `describeCluster`. */
export const clusterOf = (lab: Lab): Cluster => {
  const hosts = lab.hosts.map(({ name }) => name);
  const ok = async (...words: string[]): Promise<string> => {
    const { stdout, stderr, code } = await lab.cli(...words);
    if (code !== 0) throw new Error(`restow ${words.join(' ')} ended with ${code}:\n${stderr}\n${stdout}`);
    return stdout.trim();
  };
  const json = async <T>(...words: string[]): Promise<T> => JSON.parse(await ok(...words, '-o', 'json')) as T;

  const containersOn = async (host: string, service: string): Promise<EngineContainer[]> => {
    const ids = await lab.docker(
      host,
      'ps',
      '-aq',
      '--no-trunc',
      '--filter',
      `label=io.restow.service-name=${service}`,
    );
    if (ids === '') return [];
    // One that is being removed between the two calls is not there any more, and says so.
    const { stdout } = await lab.exec(host, ['docker', 'inspect', ...ids.split('\n')]);
    return (JSON.parse(stdout) as Omit<EngineContainer, 'host'>[]).map((container) => ({ ...container, host }));
  };
  const containers = async (service: string): Promise<EngineContainer[]> =>
    (await Promise.all(hosts.map((host) => containersOn(host, service))))
      .flat()
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  const running = async (service: string): Promise<EngineContainer[]> =>
    (await containers(service)).filter(({ State }) => State.Running).sort((a, b) => slotIndex(a) - slotIndex(b));

  return {
    lab,
    hosts,
    image: (name) => `${lab.registry.address}/${name}`,
    restow: (...words) => lab.cli(...words),
    ok,
    json,
    containers,
    running,
    ask: async (host, url) => {
      const { stdout, code } = await lab.exec(host, ['timeout', '3', 'busybox', 'wget', '-q', '-O', '-', url]);
      return code === 0 ? stdout.trim() : null;
    },
    inside: async (slot, line) => {
      const [, service = '', index = ''] = /^(.*)-(\d+)$/.exec(slot) ?? [];
      const container = (await running(service)).find((each) => slotIndex(each) === Number(index));
      if (!container) throw new Error(`${slot} does not run on any engine`);
      return lab.docker(container.host, 'exec', container.Id, 'sh', '-c', line);
    },
    events: async (since) => {
      const all = await Promise.all(
        hosts.map(async (host) => (await lab.engineEvents(host, since)).map((event) => ({ ...event, host }))),
      );
      return all.flat().sort((a, b) => a.timeNano - b.timeNano);
    },
    addressOf: (host) => lab.host(host).address,
    clear: async () => {
      // One whose volumes another mounts goes after that one.
      for (let left = Number.POSITIVE_INFINITY; ; ) {
        const services = await json<{ id: string }[]>('service', 'ls');
        if (services.length === 0) break;
        if (services.length >= left) await ok('service', 'rm', services[0]!.id);
        left = services.length;
        for (const { id } of services) await lab.cli('service', 'rm', id);
      }
      for (const { name, tags } of await json<{ name: string; tags: string[] }[]>('node', 'ls')) {
        await ok('node', 'uncordon', name);
        if (tags.length > 0) await ok('tag', 'rm', ...tags.flatMap((tag) => ['-t', tag]), name);
      }
    },
  };
};

/** Number of the slot a container belongs to, from its labels. */
export const slotIndex = ({ Config }: Pick<EngineContainer, 'Config'>): number =>
  Number(Config.Labels['io.restow.slot-index']);
