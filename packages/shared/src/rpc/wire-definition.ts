import {
  type Access,
  autodestroys,
  autorestarts,
  containerSettingsOf,
  defaultContainerSettings,
  defaultUpdatePolicy,
  type HostPathMount,
  onFailures,
  type ServiceDefinition,
  type ServicePort,
  strategies,
  type UpdatePolicy,
  updateOrders,
  type VolumeMount,
} from '../domain/service.ts';
import type * as hostPath from './gen/restow/v1/HostPathMount.ts';
import type * as definition from './gen/restow/v1/ServiceDefinition.ts';
import type * as port from './gen/restow/v1/ServicePort.ts';
import type * as policy from './gen/restow/v1/UpdatePolicy.ts';
import type * as mount from './gen/restow/v1/VolumeMount.ts';
import { emptyIsNone, noneIsEmpty, noneIsZero, wordOr, zeroIsNone } from './wire.ts';
import { containerSettingsWire, healthCheckWire, healthTimingWire, protocols, wordsWire } from './wire-common.ts';

const accesses: readonly Access[] = ['exclusive', 'shared'];
const accessOf = (text: string, of: string): Access => wordOr('exclusive', accesses, text, `access of the ${of}`);

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
  settings: containerSettingsWire.encode(containerSettingsOf(value)),
  update: updatePolicyToWire(value.update),
});

/** Throws `invalid` for a word the contract does not know; whether the numbers make sense is the coordinator's to say. */
export const definitionFromWire = (message: definition.ServiceDefinition__Output): ServiceDefinition => ({
  image: message.image,
  count: message.count,
  tags: message.tags,
  strategy: wordOr('EMPTIEST_NODE', strategies, message.strategy, 'strategy'),
  ports: message.ports.map(servicePortFromWire),
  env: message.env,
  command: wordsWire.decode(message.command),
  entrypoint: wordsWire.decode(message.entrypoint),
  volumes: message.volumes.map(volumeMountFromWire),
  hostPaths: message.hostPaths.map(hostPathFromWire),
  volumesFrom: message.volumesFrom.map(({ service, readOnly }) => ({ service, readOnly })),
  labels: message.labels,
  memoryBytes: zeroIsNone(message.memoryBytes),
  healthCheck: message.healthCheck ? healthCheckWire.decode(message.healthCheck) : { kind: 'image' },
  healthTiming: healthTimingWire.decode(message.healthTiming),
  stopSignal: emptyIsNone(message.stopSignal),
  stopGraceMs: message.stopGraceMs,
  sequential: message.sequential,
  autorestart: wordOr('ALWAYS', autorestarts, message.autorestart, 'autorestart'),
  autodestroy: wordOr('OFF', autodestroys, message.autodestroy, 'autodestroy'),
  autoredeploy: message.autoredeploy,
  links: message.links.map(({ service, alias }) => ({ service, alias })),
  roles: message.roles,
  ...(message.settings ? containerSettingsWire.decode(message.settings) : defaultContainerSettings),
  update: message.update ? updatePolicyFromWire(message.update) : defaultUpdatePolicy,
});

const servicePortToWire = ({ containerPort, protocol, published, hostPort }: ServicePort): port.ServicePort => ({
  containerPort,
  protocol,
  exposedOnly: !published,
  hostPort: noneIsZero(hostPort),
});

const servicePortFromWire = (message: port.ServicePort__Output): ServicePort => ({
  containerPort: message.containerPort,
  protocol: wordOr('tcp', protocols, message.protocol, 'protocol'),
  published: !message.exposedOnly,
  hostPort: zeroIsNone(message.hostPort),
});

const volumeMountFromWire = (message: mount.VolumeMount__Output): VolumeMount => ({
  path: message.path,
  name: emptyIsNone(message.name),
  access: accessOf(message.access, 'volume'),
  readOnly: message.readOnly,
});

const hostPathFromWire = (message: hostPath.HostPathMount__Output): HostPathMount => ({
  hostPath: message.hostPath,
  path: message.path,
  access: accessOf(message.access, 'host path'),
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
  order: wordOr('auto', updateOrders, message.order, 'update order'),
  gate: message.gate ?? null,
  batch: message.batch ?? null,
  minRunningMs: message.minRunningMs,
  healthDeadlineMs: message.healthDeadlineMs,
  watchMs: message.watchMs,
  onFailure: wordOr('rollback', onFailures, message.onFailure, 'act on failure'),
});
