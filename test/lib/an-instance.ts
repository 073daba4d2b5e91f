import { randomUUID } from 'node:crypto';
import type { InstanceRef, InstanceSpec } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { defaultContainerSettings, defaultHealthTiming } from '@restow/shared/domain/service';

/** A new instance of `web-1`, with the address 10.7.0.5, no ports, no volumes, healthy as soon as it runs. */
export const anInstance = (image: PinnedImage, given: Partial<InstanceSpec> = {}): InstanceSpec => ({
  serviceId: '5e71ce00-0000-4000-8000-000000000001',
  serviceName: 'web',
  stack: null,
  slotId: '51070000-0000-4000-8000-000000000001',
  slotIndex: 1,
  instanceId: randomUUID(),
  revisionId: '4e510000-0000-4000-8000-000000000001',
  revisionNumber: 1,
  deploymentId: 'de910000-0000-4000-8000-000000000001',
  deploymentNumber: 1,
  image,
  address: '10.7.0.5',
  env: {},
  command: null,
  entrypoint: null,
  labels: {},
  memoryBytes: null,
  volumes: [],
  hostPaths: [],
  ports: [],
  exposed: [],
  settings: defaultContainerSettings,
  links: [],
  net: 'bridge',
  healthCheck: { kind: 'image' },
  healthTiming: defaultHealthTiming,
  stopSignal: null,
  stopGraceMs: 2000,
  autorestart: 'ALWAYS',
  autodestroy: 'OFF',
  minRunningMs: 0,
  healthDeadlineMs: 10_000,
  ...given,
});

/** Another instance of the same slot, as the next deployment makes it. */
export const theNext = (before: InstanceSpec, image: PinnedImage, given: Partial<InstanceSpec> = {}): InstanceSpec => ({
  ...before,
  instanceId: randomUUID(),
  revisionId: randomUUID(),
  revisionNumber: before.revisionNumber + 1,
  deploymentId: randomUUID(),
  deploymentNumber: before.deploymentNumber + 1,
  image,
  ...given,
});

/** What orders about an existing instance name it by. */
export const refOf = (spec: InstanceSpec): InstanceRef => ({
  serviceId: spec.serviceId,
  serviceName: spec.serviceName,
  stack: spec.stack,
  slotId: spec.slotId,
  slotIndex: spec.slotIndex,
  instanceId: spec.instanceId,
  deploymentId: spec.deploymentId,
  address: spec.address,
  ports: spec.ports,
  net: spec.net,
  healthCheck: spec.healthCheck,
  healthTiming: spec.healthTiming,
  stopSignal: spec.stopSignal,
  stopGraceMs: spec.stopGraceMs,
  autorestart: spec.autorestart,
  autodestroy: spec.autodestroy,
  minRunningMs: spec.minRunningMs,
  healthDeadlineMs: spec.healthDeadlineMs,
});
