import type * as domain from '../domain/node.ts';
import type { PinnedImage } from '../domain/revision.ts';
import {
  type ContainerSettings,
  type HealthCheck,
  type HealthTiming,
  type NetMode,
  netModes,
  type Protocol,
  type PublishedPort,
  pidModes,
  protocols,
} from '../domain/service.ts';
import type { InstanceHealth, InstanceState, ObservedInstance } from '../domain/slot.ts';
import type * as settings from './gen/restow/v1/ContainerSettings.ts';
import type * as engineFacts from './gen/restow/v1/EngineFacts.ts';
import type * as health from './gen/restow/v1/HealthCheck.ts';
import type * as timing from './gen/restow/v1/HealthTiming.ts';
import type * as nodeFacts from './gen/restow/v1/NodeFacts.ts';
import type * as observed from './gen/restow/v1/ObservedInstance.ts';
import type * as image from './gen/restow/v1/PinnedImage.ts';
import type * as portInUse from './gen/restow/v1/PortInUse.ts';
import type * as port from './gen/restow/v1/PublishedPort.ts';
import type * as words from './gen/restow/v1/Words.ts';
import { emptyIsNone, noneIsEmpty, noneIsZero, present, type Wire, wordOf, wordOr, zeroIsNone } from './wire.ts';

const instanceStates: readonly InstanceState[] = ['created', 'running', 'stopped', 'gone'];
const instanceHealths: readonly InstanceHealth[] = ['none', 'starting', 'healthy', 'unhealthy'];

export const pinnedImageWire: Wire<PinnedImage, image.PinnedImage, image.PinnedImage__Output> = {
  encode: ({ reference, ...pin }) =>
    pin.kind === 'digest'
      ? { reference, digest: { repository: pin.repository, digest: pin.digest } }
      : { reference, local: { imageId: pin.imageId, nodeId: pin.nodeId } },
  decode: ({ reference, digest, local }) => {
    if (digest) return { kind: 'digest', reference, repository: digest.repository, digest: digest.digest };
    const { imageId, nodeId } = present(local, 'pin of the image');
    return { kind: 'local', reference, imageId, nodeId };
  },
};

export const publishedPortWire: Wire<PublishedPort, port.PublishedPort, port.PublishedPort__Output> = {
  encode: ({ containerPort, hostPort, protocol }) => ({ containerPort, hostPort, protocol }),
  decode: ({ containerPort, hostPort, protocol }) => ({
    containerPort,
    hostPort,
    protocol: protocolOf(protocol),
  }),
};

export const protocolOf = (text: string): Protocol => wordOf(protocols, text, 'protocol');

export const healthCheckWire: Wire<HealthCheck, health.HealthCheck, health.HealthCheck__Output> = {
  encode: (check) => {
    if (check.kind === 'tcp') return { tcp: { port: check.port } };
    if (check.kind === 'http') return { http: { port: check.port, path: check.path } };
    if (check.kind === 'command') return { command: { words: check.command } };
    return check.kind === 'none' ? { none: {} } : { image: {} };
  },
  decode: ({ image, none, tcp, http, command }) => {
    if (tcp) return { kind: 'tcp', port: tcp.port };
    if (http) return { kind: 'http', port: http.port, path: http.path };
    if (command) return { kind: 'command', command: command.words };
    if (none) return { kind: 'none' };
    present(image, 'kind of health check');
    return { kind: 'image' };
  },
};

export const healthTimingWire: Wire<HealthTiming, timing.HealthTiming, timing.HealthTiming__Output | null> = {
  encode: (value) => ({
    intervalMs: value.intervalMs ?? undefined,
    timeoutMs: value.timeoutMs ?? undefined,
    retries: value.retries ?? undefined,
    startPeriodMs: value.startPeriodMs ?? undefined,
  }),
  decode: (message) => ({
    intervalMs: message?.intervalMs ?? null,
    timeoutMs: message?.timeoutMs ?? null,
    retries: message?.retries ?? null,
    startPeriodMs: message?.startPeriodMs ?? null,
  }),
};

export const netModeOf = (text: string): NetMode => wordOr('bridge', netModes, text, 'net mode');

export const containerSettingsWire: Wire<
  ContainerSettings,
  settings.ContainerSettings,
  settings.ContainerSettings__Output
> = {
  encode: (value) => ({
    user: noneIsEmpty(value.user),
    workingDir: noneIsEmpty(value.workingDir),
    hostname: noneIsEmpty(value.hostname),
    domainname: noneIsEmpty(value.domainname),
    macAddress: noneIsEmpty(value.macAddress),
    cgroupParent: noneIsEmpty(value.cgroupParent),
    privileged: value.privileged,
    readOnly: value.readOnly,
    tty: value.tty,
    stdinOpen: value.stdinOpen,
    net: value.net,
    pid: value.pid,
    dns: value.dns,
    dnsSearch: value.dnsSearch,
    capAdd: value.capAdd,
    capDrop: value.capDrop,
    devices: value.devices,
    extraHosts: value.extraHosts,
    securityOpt: value.securityOpt,
    memorySwapBytes: value.memorySwapBytes ?? undefined,
    cpuShares: value.cpuShares ?? undefined,
    cpuset: noneIsEmpty(value.cpuset),
  }),
  decode: (message) => ({
    user: emptyIsNone(message.user),
    workingDir: emptyIsNone(message.workingDir),
    hostname: emptyIsNone(message.hostname),
    domainname: emptyIsNone(message.domainname),
    macAddress: emptyIsNone(message.macAddress),
    cgroupParent: emptyIsNone(message.cgroupParent),
    privileged: message.privileged,
    readOnly: message.readOnly,
    tty: message.tty,
    stdinOpen: message.stdinOpen,
    net: netModeOf(message.net),
    pid: wordOr('none', pidModes, message.pid, 'pid mode'),
    dns: message.dns,
    dnsSearch: message.dnsSearch,
    capAdd: message.capAdd,
    capDrop: message.capDrop,
    devices: message.devices,
    extraHosts: message.extraHosts,
    securityOpt: message.securityOpt,
    memorySwapBytes: message.memorySwapBytes ?? null,
    cpuShares: message.cpuShares ?? null,
    cpuset: emptyIsNone(message.cpuset),
  }),
};

/** `null` (the image's own) is an absent message, an empty list an empty one. */
export const wordsWire: Wire<string[] | null, words.Words | null, words.Words__Output | null> = {
  encode: (list) => (list === null ? null : { words: list }),
  decode: (message) => (message === null ? null : message.words),
};

export const nodeFactsWire: Wire<domain.NodeFacts, nodeFacts.NodeFacts, nodeFacts.NodeFacts__Output> = {
  encode: (facts) => ({ ...facts }),
  decode: (facts) => ({ ...facts }),
};

export const engineFactsWire: Wire<domain.EngineFacts, engineFacts.EngineFacts, engineFacts.EngineFacts__Output> = {
  encode: (facts) => ({ ...facts }),
  decode: (facts) => ({ ...facts }),
};

export const portInUseWire: Wire<domain.PortInUse, portInUse.PortInUse, portInUse.PortInUse__Output> = {
  encode: ({ protocol, port, holder }) => {
    if (holder.kind === 'slot') return { protocol, port, slot: { slotId: holder.slotId, slotName: holder.slotName } };
    if (holder.kind === 'container') return { protocol, port, container: { containerName: holder.containerName } };
    return { protocol, port, foreign: { pid: noneIsZero(holder.pid), program: holder.program } };
  },
  decode: ({ protocol, port, slot, foreign, container }) => {
    const key = { protocol: protocolOf(protocol), port };
    if (slot) return { ...key, holder: { kind: 'slot', slotId: slot.slotId, slotName: slot.slotName } };
    if (container) return { ...key, holder: { kind: 'container', containerName: container.containerName } };
    const { pid, program } = present(foreign, 'holder of the port');
    return { ...key, holder: { kind: 'foreign', pid: zeroIsNone(pid), program } };
  },
};

export const observedInstanceWire: Wire<
  ObservedInstance,
  observed.ObservedInstance,
  observed.ObservedInstance__Output
> = {
  encode: (instance) => ({
    instanceId: instance.instanceId,
    containerId: instance.containerId,
    containerName: instance.containerName,
    serviceId: instance.serviceId,
    slotId: instance.slotId,
    revisionId: instance.revisionId,
    deploymentId: instance.deploymentId,
    nodeId: instance.nodeId,
    state: instance.state,
    health: instance.health,
    exitCode: instance.exitCode ?? undefined,
    startedAt: noneIsZero(instance.startedAt),
    finishedAt: noneIsZero(instance.finishedAt),
  }),
  decode: (message) => ({
    instanceId: message.instanceId,
    containerId: message.containerId,
    containerName: message.containerName,
    serviceId: message.serviceId,
    slotId: message.slotId,
    revisionId: message.revisionId,
    deploymentId: message.deploymentId,
    nodeId: message.nodeId,
    state: wordOf(instanceStates, message.state, 'instance state'),
    health: wordOf(instanceHealths, message.health, 'instance health'),
    exitCode: message.exitCode ?? null,
    startedAt: zeroIsNone(message.startedAt),
    finishedAt: zeroIsNone(message.finishedAt),
  }),
};
