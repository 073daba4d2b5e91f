import {
  defaultUpdatePolicy,
  type OnFailure,
  type ServiceDefinition,
  strategies,
  type UpdatePolicy,
  updateOrders,
  type VolumeMount,
} from '../domain/service.ts';
import type * as definition from './gen/restow/v1/ServiceDefinition.ts';
import type * as policy from './gen/restow/v1/UpdatePolicy.ts';
import type * as mount from './gen/restow/v1/VolumeMount.ts';
import { emptyIsNone, noneIsEmpty, noneIsZero, wordOf, zeroIsNone } from './wire.ts';
import { healthCheckWire, publishedPortWire, wordsWire } from './wire-common.ts';

const onFailures: readonly OnFailure[] = ['rollback'];
const accesses: readonly VolumeMount['access'][] = ['exclusive', 'shared'];

/** A word that may be left empty for the default. */
const wordOr = <Word extends string>(fallback: Word, words: readonly Word[], text: string, name: string): Word =>
  text === '' ? fallback : wordOf(words, text, name);

export const definitionToWire = (value: ServiceDefinition): definition.ServiceDefinition => ({
  image: value.image,
  count: value.count,
  tags: value.tags,
  strategy: value.strategy,
  ports: value.ports.map(publishedPortWire.encode),
  env: value.env,
  command: wordsWire.encode(value.command),
  entrypoint: wordsWire.encode(value.entrypoint),
  volumes: value.volumes,
  labels: value.labels,
  memoryBytes: noneIsZero(value.memoryBytes),
  healthCheck: healthCheckWire.encode(value.healthCheck),
  stopSignal: noneIsEmpty(value.stopSignal),
  stopGraceMs: value.stopGraceMs,
  update: updatePolicyToWire(value.update),
});

/** Throws `invalid` for a word the contract does not know; whether the numbers make sense is the coordinator's to say. */
export const definitionFromWire = (message: definition.ServiceDefinition__Output): ServiceDefinition => ({
  image: message.image,
  count: message.count,
  tags: message.tags,
  strategy: wordOr('EMPTIEST_NODE', strategies, message.strategy, 'strategy'),
  ports: message.ports.map(publishedPortWire.decode),
  env: message.env,
  command: wordsWire.decode(message.command),
  entrypoint: wordsWire.decode(message.entrypoint),
  volumes: message.volumes.map(volumeMountFromWire),
  labels: message.labels,
  memoryBytes: zeroIsNone(message.memoryBytes),
  healthCheck: message.healthCheck ? healthCheckWire.decode(message.healthCheck) : { kind: 'image' },
  stopSignal: emptyIsNone(message.stopSignal),
  stopGraceMs: message.stopGraceMs,
  update: message.update ? updatePolicyFromWire(message.update) : defaultUpdatePolicy,
});

const volumeMountFromWire = (message: mount.VolumeMount__Output): VolumeMount => ({
  path: message.path,
  access: wordOr('exclusive', accesses, message.access, 'access of the volume'),
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
