import type { DefinitionField, ServiceDefinition } from '@restow/shared/domain/service';
import type { EngineContainer } from '../lab/cluster.ts';

/** Where a container asks for names, unless its definition says otherwise: its node, by the node network. */
export const nodeGateway = '172.30.0.1';

/** `docker inspect` of one container, as far as a definition reaches. */
export interface InspectedContainer extends EngineContainer {
  Config: EngineContainer['Config'] & {
    User: string;
    WorkingDir: string;
    Hostname: string;
    Domainname: string;
    Tty: boolean;
    OpenStdin: boolean;
    Entrypoint: string[] | null;
    StopSignal?: string;
    StopTimeout?: number;
    ExposedPorts?: Record<string, unknown>;
    Healthcheck?: { Test: string[]; Interval?: number; Timeout?: number; Retries?: number; StartPeriod?: number };
  };
  HostConfig: EngineContainer['HostConfig'] & {
    MemorySwap: number;
    CpuShares: number;
    CpusetCpus: string;
    CgroupParent: string;
    Privileged: boolean;
    ReadonlyRootfs: boolean;
    PidMode: string;
    NetworkMode: string;
    Dns: string[] | null;
    DnsSearch: string[] | null;
    CapAdd: string[] | null;
    CapDrop: string[] | null;
    Devices: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | null;
    ExtraHosts: string[] | null;
    SecurityOpt: string[] | null;
  };
}

/** Fields that say something of one container; the others say how many there are, where, or how they are replaced. */
export type ContainerField = Exclude<
  DefinitionField,
  | ('count' | 'tags' | 'strategy' | 'sequential' | 'update' | 'volumesFrom' | 'secrets')
  | ('autorestart' | 'autodestroy' | 'autoredeploy' | 'links' | 'roles')
>;

type Shown = (definition: ServiceDefinition, container: InspectedContainer) => readonly [wanted: unknown, is: unknown];

const sorted = (list: readonly string[] | null): string[] => [...(list ?? [])].sort();
const asDocker = (text: string | null): string => text ?? '';
const nanoseconds = (ms: number | null): number | undefined => (ms === null ? undefined : ms * 1e6);

/** `WEB_1_PORT=...`, `WEB_1_PORT_80_TCP_ADDR=...`. */
const tellsOfASlot = /^[A-Z0-9_]+_\d+_PORT(?:_\d+_(?:TCP|UDP)(?:_[A-Z]+)?)?=/;

const device = (text: string): string => {
  const [source, target = source, rights = 'rwm'] = text.split(':');
  return `${source}:${target}:${rights}`;
};

/**
 * For each field what the definition wants of a container and what the engine shows, in one spelling. A field without an
 * entry does not compile.
 */
export const shownByEngine: { [Field in ContainerField]: Shown } = {
  // The pinned reference: the repository is the definition's, the digest the plan's.
  image: ({ image }, { Config }) => [image.replace(/:[^:/]*$/, ''), Config.Image.replace(/@.*$/, '')],
  // Beside those the definition gives: where the slots before it are, in a sequential service.
  env: ({ env, sequential }, { Config }) => [
    sorted(Object.entries(env).map(([name, value]) => `${name}=${value}`)),
    sorted(Config.Env.filter((entry) => !entry.startsWith('PATH=') && !(sequential && tellsOfASlot.test(entry)))),
  ],
  command: ({ command }, { Config }) => [command, command === null ? null : Config.Cmd],
  entrypoint: ({ entrypoint }, { Config }) => [entrypoint, Config.Entrypoint],
  labels: ({ labels }, { Config }) => [
    labels,
    Object.fromEntries(Object.entries(Config.Labels).filter(([name]) => !name.startsWith('io.restow.'))),
  ],
  memoryBytes: ({ memoryBytes }, { HostConfig }) => [memoryBytes ?? 0, HostConfig.Memory],
  // With a limit of memory alone the engine gives as much swap again.
  memorySwapBytes: ({ memorySwapBytes, memoryBytes }, { HostConfig }) => [
    memorySwapBytes ?? (memoryBytes === null ? 0 : memoryBytes * 2),
    HostConfig.MemorySwap,
  ],
  cpuShares: ({ cpuShares }, { HostConfig }) => [cpuShares ?? 0, HostConfig.CpuShares],
  cpuset: ({ cpuset }, { HostConfig }) => [asDocker(cpuset), HostConfig.CpusetCpus],
  user: ({ user }, { Config }) => [asDocker(user), Config.User],
  workingDir: ({ workingDir }, { Config }) => [asDocker(workingDir), Config.WorkingDir],
  // Without one it is the container's id; with host networking the node's own.
  hostname: ({ hostname, net }, { Config, Id }) => [
    hostname ?? (net === 'host' ? Config.Hostname : Id.slice(0, 12)),
    Config.Hostname,
  ],
  domainname: ({ domainname }, { Config }) => [asDocker(domainname), Config.Domainname],
  macAddress: ({ macAddress }, { NetworkSettings }) => [
    macAddress,
    macAddress === null ? null : NetworkSettings.Networks['restow-node']?.MacAddress,
  ],
  cgroupParent: ({ cgroupParent }, { HostConfig }) => [asDocker(cgroupParent), HostConfig.CgroupParent],
  privileged: ({ privileged }, { HostConfig }) => [privileged, HostConfig.Privileged],
  readOnly: ({ readOnly }, { HostConfig }) => [readOnly, HostConfig.ReadonlyRootfs],
  tty: ({ tty }, { Config }) => [tty, Config.Tty],
  stdinOpen: ({ stdinOpen }, { Config }) => [stdinOpen, Config.OpenStdin],
  net: ({ net }, { HostConfig }) => [net === 'host' ? 'host' : 'restow-node', HostConfig.NetworkMode],
  pid: ({ pid }, { HostConfig }) => [pid === 'host' ? 'host' : '', HostConfig.PidMode],
  dns: ({ dns, net }, { HostConfig }) => [dns.length > 0 || net === 'host' ? dns : [nodeGateway], HostConfig.Dns ?? []],
  dnsSearch: ({ dnsSearch }, { HostConfig }) => [dnsSearch, HostConfig.DnsSearch ?? []],
  capAdd: ({ capAdd }, { HostConfig }) => [sorted(capAdd), sorted(HostConfig.CapAdd)],
  capDrop: ({ capDrop }, { HostConfig }) => [sorted(capDrop), sorted(HostConfig.CapDrop)],
  devices: ({ devices }, { HostConfig }) => [
    sorted(devices.map(device)),
    sorted(
      (HostConfig.Devices ?? []).map(
        ({ PathOnHost, PathInContainer, CgroupPermissions }) => `${PathOnHost}:${PathInContainer}:${CgroupPermissions}`,
      ),
    ),
  ],
  extraHosts: ({ extraHosts }, { HostConfig }) => [sorted(extraHosts), sorted(HostConfig.ExtraHosts)],
  // The engine itself adds that a privileged container, or one among the host's processes, has no label.
  securityOpt: ({ securityOpt }, { HostConfig }) => [
    sorted(securityOpt),
    sorted((HostConfig.SecurityOpt ?? []).filter((option) => option !== 'label=disable')),
  ],
  stopSignal: ({ stopSignal }, { Config }) => [asDocker(stopSignal), Config.StopSignal ?? ''],
  stopGraceMs: ({ stopGraceMs }, { Config }) => [Math.ceil(stopGraceMs / 1000), Config.StopTimeout],
  healthCheck: ({ healthCheck: check }, { Config }) => [
    check.kind === 'command' ? ['CMD', ...check.command] : check.kind === 'image' ? null : ['NONE'],
    Config.Healthcheck?.Test ?? null,
  ],
  healthTiming: ({ healthTiming: timing, healthCheck }, { Config }) => {
    if (healthCheck.kind !== 'command') return [null, null];
    const { Interval, Timeout, Retries, StartPeriod } = Config.Healthcheck ?? {};
    return [
      [
        nanoseconds(timing.intervalMs ?? 2000),
        nanoseconds(timing.timeoutMs ?? 30_000),
        timing.retries ?? 3,
        nanoseconds(timing.startPeriodMs ?? 0),
      ],
      [Interval, Timeout, Retries, StartPeriod ?? 0],
    ];
  },
  ports: ({ ports }, { Config }) => [
    // The sample image names one itself.
    sorted([...new Set([...ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`), '80/tcp'])]),
    sorted(Object.keys(Config.ExposedPorts ?? {})),
  ],
  volumes: ({ volumes }, { Mounts }) => [
    sorted(volumes.map(({ path, readOnly }) => `${path} ${readOnly ? 'ro' : 'rw'}`)),
    sorted(
      Mounts.filter(({ Type }) => Type === 'volume').map(({ Destination, RW }) => `${Destination} ${RW ? 'rw' : 'ro'}`),
    ),
  ],
  hostPaths: ({ hostPaths }, { Mounts }) => [
    sorted(hostPaths.map(({ path, readOnly }) => `${path} ${readOnly ? 'ro' : 'rw'}`)),
    sorted(
      Mounts.filter(({ Type }) => Type === 'bind').map(({ Destination, RW }) => `${Destination} ${RW ? 'rw' : 'ro'}`),
    ),
  ],
};
