import { macOf } from '@restow/shared/domain/address';
import type { InstanceSpec } from '@restow/shared/domain/order';
import { engineReference } from '@restow/shared/domain/revision';
import { slotOf } from '@restow/shared/domain/slot';
import { networkNames } from '../network/node-network.ts';
import { containerConfig, hostConfig } from './container-settings.ts';
import { engineHealthcheck } from './healthcheck.ts';
import { instanceLabels } from './labels.ts';

/** From this version of its API on an engine takes both networks, with their MACs, when a container is made. */
export const takesBothNetworks = (apiVersion: string): boolean => {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 44);
};

const shortUuid = (id: string): string => id.slice(0, 8);

const servingSuffix = '-serving';

const retiredSuffix = '-retired';

/**
 * Never like a service, a slot or an alias: the engine's own DNS answers container names before it asks anybody, and
 * would answer for ours with an address that is not the slot's.
 */
export const containerName = (spec: Pick<InstanceSpec, 'serviceName' | 'slotIndex' | 'instanceId'>): string =>
  `restow-${slotOf(spec)}-${shortUuid(spec.instanceId)}`;

/** The name is the one thing that can still be changed about a stopped container, so it carries the marks, one at a time. */
export const retiredName = (name: string): string =>
  isRetiredName(name) ? name : `${plainName(name)}${retiredSuffix}`;

export const isRetiredName = (name: string): boolean => name.endsWith(retiredSuffix);

/** The name of one that serves and whose restart policy does not say so, or of one that does not. A retired one keeps its. */
export const servingName = (name: string, serving: boolean): string =>
  isRetiredName(name) ? name : `${plainName(name)}${serving ? servingSuffix : ''}`;

export const isServingName = (name: string): boolean => name.endsWith(servingSuffix);

const plainName = (name: string): string => {
  const mark = [servingSuffix, retiredSuffix].find((suffix) => name.endsWith(suffix));
  return mark === undefined ? name : name.slice(0, -mark.length);
};

/**
 * Whether a container with our labels was made by us. One that a person runs of an image that `docker commit` made of
 * ours has them too, and is his.
 */
export const isMadeByUs = (container: { name: string; networkMode: string; instanceId: string }): boolean => {
  const { name, networkMode, instanceId } = container;
  if (networkMode === networkNames.node) return true;
  const made = plainName(name);
  return networkMode === 'host' && made.startsWith('restow-') && made.endsWith(`-${shortUuid(instanceId)}`);
};

const fixedAt = (address: string) => ({ IPAMConfig: { IPv4Address: address } });

/** The overlay's end: the slot's address, and its MAC, which engines from 28 on draw at random unless it is given. */
export const overlayEndpoint = (address: string) => ({ ...fixedAt(address), MacAddress: macOf(address) });

/** Whether it is made with an end on the overlay. */
export const hasDock = ({ net }: Pick<InstanceSpec, 'net'>): boolean => net !== 'host';

/** A MAC of the person's own, on the node network; older engines take it for the container, newer ones for each of its ends. */
const givenMac = ({ settings }: Pick<InstanceSpec, 'settings'>, here: boolean): { MacAddress?: string } =>
  here && settings.macAddress !== null ? { MacAddress: settings.macAddress } : {};

/** The engine counts whole seconds. */
export const wholeSeconds = (ms: number): number => Math.ceil(ms / 1000);

/** In which files an engine keeps a container's output: when the last one is full, the oldest is dropped. */
export const logFiles = { count: 3, mebibytes: 10 };

/**
 * What the engine is asked to make for an instance. It has no restart policy yet (the flip gives it one), its logs are
 * kept by the engine in files of a known size, whatever the engine's own defaults are, and neither port is published
 * by the engine: the node's port map does that.
 */
export const containerOptions = (spec: InstanceSpec, nodeAddress: string | null, apiVersion: string) => ({
  name: containerName(spec),
  Image: engineReference(spec.image),
  Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
  Cmd: spec.command ?? undefined,
  Entrypoint: spec.entrypoint ?? undefined,
  Labels: instanceLabels(spec),
  StopSignal: spec.stopSignal ?? undefined,
  StopTimeout: wholeSeconds(spec.stopGraceMs),
  ...containerConfig(spec),
  ...givenMac(spec, !takesBothNetworks(apiVersion)),
  Healthcheck: engineHealthcheck(spec),
  HostConfig: {
    NetworkMode: spec.net === 'host' ? 'host' : networkNames.node,
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': `${logFiles.mebibytes}m`, 'max-file': `${logFiles.count}` } },
    ...hostConfig(spec),
    Mounts: spec.volumes.map(({ name, path, readOnly }) => ({
      Type: 'volume' as const,
      Source: name,
      Target: path,
      ReadOnly: readOnly,
    })),
  },
  NetworkingConfig: {
    EndpointsConfig: {
      ...(nodeAddress === null
        ? {}
        : { [networkNames.node]: { ...fixedAt(nodeAddress), ...givenMac(spec, takesBothNetworks(apiVersion)) } }),
      ...(hasDock(spec) && takesBothNetworks(apiVersion)
        ? { [networkNames.overlay]: overlayEndpoint(spec.address) }
        : {}),
    },
  },
});
