import {
  type ContainerSettings,
  containerSettingsOf,
  defaultContainerSettings,
  defaultUpdatePolicy,
  type HealthCheck,
  type HostPathMount,
  type ServiceDefinition,
  type ServicePort,
  type UpdatePolicy,
  type VolumeMount,
} from '../domain/service.ts';
import type * as settings from './gen/restow/v1/ContainerSettings.ts';
import type * as health from './gen/restow/v1/HealthCheck.ts';
import type * as hostPath from './gen/restow/v1/HostPathMount.ts';
import type * as definition from './gen/restow/v1/ServiceDefinition.ts';
import type * as port from './gen/restow/v1/ServicePort.ts';
import type * as policy from './gen/restow/v1/UpdatePolicy.ts';
import type * as mount from './gen/restow/v1/VolumeMount.ts';
import { emptyIsNone, noneIsEmpty, noneIsZero, zeroIsNone } from './wire.ts';
import { containerSettingsWire, healthCheckWire, healthTimingWire, wordsWire } from './wire-common.ts';

/** A word as it was sent, whether there is such a word or not; an empty one stands for the default. */
const said = <Word extends string>(fallback: Word, text: string): Word => (text === '' ? fallback : (text as Word));

export const definitionToWire = (value: ServiceDefinition): definition.ServiceDefinition => ({
  image: value.image,
  count: value.count,
  tags: value.tags,
  strategy: value.strategy,
  ports: value.ports.map(servicePortToWire),
  env: value.env,
  command: wordsWire.encode(value.command),
  entrypoint: wordsWire.encode(value.entrypoint),
  volumes: value.volumes.map((mounted) => ({ ...mounted, name: noneIsEmpty(mounted.name) })),
  hostPaths: value.hostPaths,
  volumesFrom: value.volumesFrom,
  labels: value.labels,
  memoryBytes: noneIsZero(value.memoryBytes),
  healthCheck: healthCheckWire.encode(value.healthCheck),
  healthTiming: healthTimingWire.encode(value.healthTiming),
  stopSignal: noneIsEmpty(value.stopSignal),
  stopGraceMs: value.stopGraceMs,
  sequential: value.sequential,
  autorestart: value.autorestart,
  autodestroy: value.autodestroy,
  autoredeploy: value.autoredeploy,
  links: value.links,
  roles: value.roles,
  secrets: value.secrets,
  settings: containerSettingsWire.encode(containerSettingsOf(value)),
  update: updatePolicyToWire(value.update),
});

/**
 * What was sent, whether it can be meant or not: `checkDefinition` says so of words and numbers alike, of all of them at
 * once.
 */
export const definitionFromWire = (message: definition.ServiceDefinition__Output): ServiceDefinition => ({
  image: message.image,
  count: message.count,
  tags: message.tags,
  strategy: said('EMPTIEST_NODE', message.strategy),
  ports: message.ports.map(servicePortFromWire),
  env: message.env,
  command: wordsWire.decode(message.command),
  entrypoint: wordsWire.decode(message.entrypoint),
  volumes: message.volumes.map(volumeMountFromWire),
  hostPaths: message.hostPaths.map(hostPathFromWire),
  volumesFrom: message.volumesFrom.map(({ service, readOnly }) => ({ service, readOnly })),
  labels: message.labels,
  memoryBytes: zeroIsNone(message.memoryBytes),
  healthCheck: message.healthCheck ? healthCheckFromWire(message.healthCheck) : { kind: 'image' },
  healthTiming: healthTimingWire.decode(message.healthTiming),
  stopSignal: emptyIsNone(message.stopSignal),
  stopGraceMs: message.stopGraceMs,
  sequential: message.sequential,
  autorestart: said('ALWAYS', message.autorestart),
  autodestroy: said('OFF', message.autodestroy),
  autoredeploy: message.autoredeploy,
  links: message.links.map(({ service, alias }) => ({ service, alias })),
  roles: message.roles,
  secrets: message.secrets,
  ...(message.settings ? settingsFromWire(message.settings) : defaultContainerSettings),
  update: message.update ? updatePolicyFromWire(message.update) : defaultUpdatePolicy,
});

/** One of no kind, or of a kind this side does not know, stays one of no kind. */
const healthCheckFromWire = (message: health.HealthCheck__Output): HealthCheck =>
  message.check === undefined ? ({ kind: '' } as unknown as HealthCheck) : healthCheckWire.decode(message);

const settingsFromWire = (message: settings.ContainerSettings__Output): ContainerSettings => ({
  ...containerSettingsWire.decode({ ...message, net: '', pid: '' }),
  net: said('bridge', message.net),
  pid: said('none', message.pid),
});

const servicePortToWire = ({ containerPort, protocol, published, hostPort }: ServicePort): port.ServicePort => ({
  containerPort,
  protocol,
  exposedOnly: !published,
  hostPort: noneIsZero(hostPort),
});

const servicePortFromWire = (message: port.ServicePort__Output): ServicePort => ({
  containerPort: message.containerPort,
  protocol: said('tcp', message.protocol),
  published: !message.exposedOnly,
  hostPort: zeroIsNone(message.hostPort),
});

const volumeMountFromWire = (message: mount.VolumeMount__Output): VolumeMount => ({
  path: message.path,
  name: emptyIsNone(message.name),
  access: said('exclusive', message.access),
  readOnly: message.readOnly,
});

const hostPathFromWire = (message: hostPath.HostPathMount__Output): HostPathMount => ({
  hostPath: message.hostPath,
  path: message.path,
  access: said('exclusive', message.access),
  readOnly: message.readOnly,
});

const updatePolicyToWire = (value: UpdatePolicy): policy.UpdatePolicy => ({
  order: value.order,
  gate: value.gate ?? undefined,
  batch: value.batch ?? undefined,
  minRunningMs: value.minRunningMs,
  healthDeadlineMs: value.healthDeadlineMs,
  watchMs: value.watchMs,
  onFailure: value.onFailure,
});

const updatePolicyFromWire = (message: policy.UpdatePolicy__Output): UpdatePolicy => ({
  order: said('auto', message.order),
  gate: message.gate ?? null,
  batch: message.batch ?? null,
  minRunningMs: message.minRunningMs,
  healthDeadlineMs: message.healthDeadlineMs,
  watchMs: message.watchMs,
  onFailure: said('rollback', message.onFailure),
});
