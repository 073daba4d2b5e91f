import type { ContainerSettings, HostPathMount, ServiceDefinition, VolumeMount } from './service.ts';

type Mounted = Pick<ServiceDefinition, 'volumes' | 'hostPaths' | 'volumesFrom'> &
  Pick<ContainerSettings, 'net' | 'macAddress'>;

const isExclusive = ({ access, readOnly }: Pick<VolumeMount | HostPathMount, 'access' | 'readOnly'>): boolean =>
  access === 'exclusive' && !readOnly;

/**
 * What of a definition forbids that the old and the new instance of a slot run beside each other, as a sentence part;
 * `null` when nothing does. What engines forbid is the plan's to know. Pure.
 */
export const whyNotStartFirst = ({ volumes, hostPaths, volumesFrom, net, macAddress }: Mounted): string | null => {
  const volume = volumes.find(isExclusive);
  if (volume) return `volume ${volume.path} is exclusive, so the old instance has to end before the new one starts`;
  const hostPath = hostPaths.find(isExclusive);
  if (hostPath)
    return `host path ${hostPath.hostPath} is exclusive, so the old instance has to end before the new one starts`;
  const lent = volumesFrom.find(({ readOnly }) => !readOnly);
  if (lent)
    return `it writes to the volumes of ${lent.service}, so the old instance has to end before the new one starts`;
  if (net === 'host') return 'with host networking two instances would want the same ports of the node';
  if (macAddress !== null) return `two instances cannot both have the MAC ${macAddress} on one network`;
  return null;
};
