import type { InstanceSpec } from '@restow/shared/domain/order';

/** What is left out is the engine's own default, or the image's: an empty list or text would overrule the image. */
const given = <Value>(list: Value[]): Value[] | undefined => (list.length > 0 ? list : undefined);

/** `/dev/x`, `/dev/x:/dev/y`, `/dev/x:/dev/y:r`, `/dev/x:r`, as `docker run --device` reads them. */
const deviceOf = (text: string) => {
  const [onHost = '', second, third] = text.split(':');
  const inContainer = second?.startsWith('/') ? second : onHost;
  const permissions = third ?? (second && !second.startsWith('/') ? second : undefined);
  return { PathOnHost: onHost, PathInContainer: inContainer, CgroupPermissions: permissions ?? 'rwm' };
};

/** What a definition says of how its container runs, as the engine calls it. */
export const containerConfig = ({ settings, exposed }: Pick<InstanceSpec, 'settings' | 'exposed'>) => ({
  User: settings.user ?? undefined,
  WorkingDir: settings.workingDir ?? undefined,
  Hostname: settings.hostname ?? undefined,
  Domainname: settings.domainname ?? undefined,
  Tty: settings.tty || undefined,
  OpenStdin: settings.stdinOpen || undefined,
  ExposedPorts:
    exposed.length > 0
      ? Object.fromEntries(exposed.map(({ containerPort, protocol }) => [`${containerPort}/${protocol}`, {}]))
      : undefined,
});

/** The same for what the engine keeps of the host's side. */
export const hostConfig = ({
  settings,
  memoryBytes,
  hostPaths,
}: Pick<InstanceSpec, 'settings' | 'memoryBytes' | 'hostPaths'>) => ({
  Memory: memoryBytes ?? undefined,
  MemorySwap: settings.memorySwapBytes ?? undefined,
  CpuShares: settings.cpuShares ?? undefined,
  CpusetCpus: settings.cpuset ?? undefined,
  CgroupParent: settings.cgroupParent ?? undefined,
  Privileged: settings.privileged || undefined,
  ReadonlyRootfs: settings.readOnly || undefined,
  PidMode: settings.pid === 'host' ? 'host' : undefined,
  Dns: given(settings.dns),
  DnsSearch: given(settings.dnsSearch),
  CapAdd: given(settings.capAdd),
  CapDrop: given(settings.capDrop),
  Devices: given(settings.devices.map(deviceOf)),
  ExtraHosts: given(settings.extraHosts),
  SecurityOpt: given(settings.securityOpt),
  // By `Binds` rather than `Mounts`: a directory is made where nothing is, as `docker run -v` does.
  Binds: given(hostPaths.map(({ hostPath, path, readOnly }) => `${hostPath}:${path}${readOnly ? ':ro' : ''}`)),
});
