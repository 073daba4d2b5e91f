import { isSamePath } from '@restow/shared/domain/container-path';
import type { Deployment } from '@restow/shared/domain/deployment';
import type { InstanceRef, InstanceSpec, ResolvedLink } from '@restow/shared/domain/order';
import type { PlannedSwap } from '@restow/shared/domain/plan';
import type { Revision } from '@restow/shared/domain/revision';
import {
  containerSettingsOf,
  type PublishedPort,
  type Service,
  type ServiceDefinition,
} from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';

/** A mount of its own wins over one that is lent. */
const isMounted = ({ volumes, hostPaths }: ServiceDefinition, path: string): boolean =>
  [...volumes, ...hostPaths].some((mount) => isSamePath(mount.path, path));

/** What the node needs to stop an instance or bring it back, as its own revision says. Pure. */
export const instanceRef = (
  service: Pick<Service, 'id' | 'name' | 'stack'>,
  slot: Pick<Slot, 'id' | 'index' | 'address'>,
  revision: Revision,
  instance: { instanceId: string; deploymentId: string; ports: PublishedPort[] },
): InstanceRef => ({
  serviceId: service.id,
  serviceName: service.name,
  stack: service.stack,
  slotId: slot.id,
  slotIndex: slot.index,
  instanceId: instance.instanceId,
  deploymentId: instance.deploymentId,
  address: slot.address,
  ports: instance.ports,
  net: revision.definition.net,
  healthCheck: revision.definition.healthCheck,
  healthTiming: revision.definition.healthTiming,
  stopSignal: revision.definition.stopSignal,
  stopGraceMs: revision.definition.stopGraceMs,
  autorestart: revision.definition.autorestart,
  autodestroy: revision.definition.autodestroy,
  minRunningMs: revision.definition.update.minRunningMs,
  healthDeadlineMs: revision.definition.update.healthDeadlineMs,
});

/** Everything the node needs to make the instance. Pure. */
export const instanceSpec = (
  service: Pick<Service, 'id' | 'name' | 'stack'>,
  slot: Pick<Slot, 'id' | 'index' | 'address'>,
  revision: Revision,
  deployment: Pick<Deployment, 'id' | 'number'>,
  planned: Pick<PlannedSwap, 'volumes' | 'ports' | 'lentPaths'> & {
    instanceId: string;
    /** Variables that tell it where others are; the definition's own win over them. */
    variables: Record<string, string>;
    links: ResolvedLink[];
  },
): InstanceSpec => ({
  ...instanceRef(service, slot, revision, {
    instanceId: planned.instanceId,
    deploymentId: deployment.id,
    ports: planned.ports,
  }),
  revisionId: revision.id,
  revisionNumber: revision.number,
  deploymentNumber: deployment.number,
  image: revision.image,
  env: { ...planned.variables, ...revision.definition.env },
  command: revision.definition.command,
  entrypoint: revision.definition.entrypoint,
  labels: revision.definition.labels,
  memoryBytes: revision.definition.memoryBytes,
  volumes: planned.volumes.map(({ name, path, readOnly, from }) => ({
    name,
    path,
    readOnly,
    borrowed: from !== null,
  })),
  hostPaths: [
    ...revision.definition.hostPaths.map(({ hostPath, path, readOnly }) => ({ hostPath, path, readOnly })),
    ...(planned.lentPaths ?? []).filter(({ path }) => !isMounted(revision.definition, path)),
  ],
  exposed: revision.definition.ports.map(({ containerPort, protocol }) => ({ containerPort, protocol })),
  settings: containerSettingsOf(revision.definition),
  links: planned.links,
});
