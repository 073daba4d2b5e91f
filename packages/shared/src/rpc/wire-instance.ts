import type { InstanceRef, InstanceSpec, VolumeUse } from '../domain/order.ts';
import { autodestroys, autorestarts } from '../domain/service.ts';
import type * as ref from './gen/restow/v1/InstanceRef.ts';
import type * as spec from './gen/restow/v1/InstanceSpec.ts';
import { emptyIsNone, noneIsEmpty, noneIsZero, present, type Wire, wordOf, zeroIsNone } from './wire.ts';
import {
  containerSettingsWire,
  healthCheckWire,
  healthTimingWire,
  netModeOf,
  pinnedImageWire,
  protocolOf,
  publishedPortWire,
  wordsWire,
} from './wire-common.ts';

const volumeUse = ({ name, path, readOnly, borrowed }: VolumeUse): VolumeUse => ({ name, path, readOnly, borrowed });

export const instanceRefWire: Wire<InstanceRef, ref.InstanceRef, ref.InstanceRef__Output> = {
  encode: (instance) => ({
    serviceId: instance.serviceId,
    serviceName: instance.serviceName,
    stack: noneIsEmpty(instance.stack),
    slotId: instance.slotId,
    slotIndex: instance.slotIndex,
    instanceId: instance.instanceId,
    deploymentId: instance.deploymentId,
    address: instance.address,
    ports: instance.ports.map(publishedPortWire.encode),
    net: instance.net,
    healthCheck: healthCheckWire.encode(instance.healthCheck),
    healthTiming: healthTimingWire.encode(instance.healthTiming),
    stopSignal: noneIsEmpty(instance.stopSignal),
    stopGraceMs: instance.stopGraceMs,
    autorestart: instance.autorestart,
    autodestroy: instance.autodestroy,
    minRunningMs: instance.minRunningMs,
    healthDeadlineMs: instance.healthDeadlineMs,
  }),
  decode: (message) => ({
    serviceId: message.serviceId,
    serviceName: message.serviceName,
    stack: emptyIsNone(message.stack),
    slotId: message.slotId,
    slotIndex: message.slotIndex,
    instanceId: message.instanceId,
    deploymentId: message.deploymentId,
    address: message.address,
    ports: message.ports.map(publishedPortWire.decode),
    net: netModeOf(message.net),
    healthCheck: healthCheckWire.decode(present(message.healthCheck, 'health check')),
    healthTiming: healthTimingWire.decode(message.healthTiming),
    stopSignal: emptyIsNone(message.stopSignal),
    stopGraceMs: message.stopGraceMs,
    autorestart: wordOf(autorestarts, message.autorestart, 'autorestart'),
    autodestroy: wordOf(autodestroys, message.autodestroy, 'autodestroy'),
    minRunningMs: message.minRunningMs,
    healthDeadlineMs: message.healthDeadlineMs,
  }),
};

export const instanceSpecWire: Wire<InstanceSpec, spec.InstanceSpec, spec.InstanceSpec__Output> = {
  encode: (instance) => ({
    ...instanceRefWire.encode(instance),
    revisionId: instance.revisionId,
    revisionNumber: instance.revisionNumber,
    deploymentNumber: instance.deploymentNumber,
    image: pinnedImageWire.encode(instance.image),
    env: instance.env,
    command: wordsWire.encode(instance.command),
    entrypoint: wordsWire.encode(instance.entrypoint),
    labels: instance.labels,
    memoryBytes: noneIsZero(instance.memoryBytes),
    volumes: instance.volumes.map(volumeUse),
    hostPaths: instance.hostPaths.map(({ hostPath, path, readOnly }) => ({ hostPath, path, readOnly })),
    exposed: instance.exposed.map(({ containerPort, protocol }) => ({ containerPort, protocol })),
    settings: containerSettingsWire.encode(instance.settings),
    links: instance.links.map(({ alias, serviceId, serviceName }) => ({ alias, serviceId, serviceName })),
  }),
  decode: (message) => ({
    ...instanceRefWire.decode(message),
    revisionId: message.revisionId,
    revisionNumber: message.revisionNumber,
    deploymentNumber: message.deploymentNumber,
    image: pinnedImageWire.decode(present(message.image, 'image')),
    env: message.env,
    command: wordsWire.decode(message.command),
    entrypoint: wordsWire.decode(message.entrypoint),
    labels: message.labels,
    memoryBytes: zeroIsNone(message.memoryBytes),
    volumes: message.volumes.map(volumeUse),
    hostPaths: message.hostPaths.map(({ hostPath, path, readOnly }) => ({ hostPath, path, readOnly })),
    exposed: message.exposed.map(({ containerPort, protocol }) => ({
      containerPort,
      protocol: protocolOf(protocol),
    })),
    settings: containerSettingsWire.decode(present(message.settings, 'settings of the container')),
    links: message.links.map(({ alias, serviceId, serviceName }) => ({ alias, serviceId, serviceName })),
  }),
};
