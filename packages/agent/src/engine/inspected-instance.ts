import type { InstanceHealth, InstanceState } from '@restow/shared/domain/slot';
import { networkNames } from '../network/node-network.ts';
import type { InspectedInstance } from './container-engine.ts';
import { isMadeByUs, isRetiredName, isServingName } from './container-options.ts';
import { checkFrom, endingFrom, labels, namesFrom, portsFrom } from './labels.ts';

/** What is read of the engine's answer about one container. */
export interface ContainerDetails {
  Id: string;
  Name: string;
  State: {
    Status: string;
    Running: boolean;
    Pid: number;
    ExitCode: number;
    StartedAt: string;
    FinishedAt: string;
    Health?: { Status: string; Log?: { Output: string }[] | null };
  };
  Config: { Labels?: Record<string, string> | null; Healthcheck?: { Test?: string[] } };
  HostConfig: { RestartPolicy?: { Name?: string }; NetworkMode?: string };
  NetworkSettings: {
    Networks?: Record<
      string,
      { IPAMConfig?: { IPv4Address?: string } | null; IPAddress?: string; MacAddress?: string }
    > | null;
  };
}

const stateOf = (status: string): InstanceState => {
  switch (status) {
    case 'created':
      return 'created';
    case 'running':
    case 'paused':
      return 'running';
    // Between two starts of its restart policy it does not run, and says with which code it ended.
    default:
      return 'stopped';
  }
};

const healths: readonly string[] = ['starting', 'healthy', 'unhealthy'] satisfies InstanceHealth[];

/** The engine's "never" is the year 1. */
const timeOf = (text: string): number | null => {
  const time = Date.parse(text);
  return Number.isNaN(time) || time <= 0 ? null : time;
};

/** A container of ours as the engine describes it; `null` for one that is not ours. Pure. */
export const readInstance = (details: ContainerDetails, nodeId: string): InspectedInstance | null => {
  const found = details.Config.Labels ?? {};
  const instanceId = found[labels.instance];
  const name = details.Name.replace(/^\//, '');
  const networkMode = details.HostConfig.NetworkMode ?? '';
  if (!instanceId || !isMadeByUs({ name, networkMode, instanceId })) return null;
  const text = (name: string) => found[name] ?? '';
  const state = stateOf(details.State.Status);
  const runs = state === 'running';
  const startedAt = timeOf(details.State.StartedAt);
  const networks = details.NetworkSettings.Networks ?? {};
  const overlay = networks[networkNames.overlay];
  // A connect that failed leaves the network listed, without an end.
  const docked = overlay !== undefined && (!runs || Boolean(overlay.IPAddress));
  const net = networkMode === 'host' ? 'host' : 'bridge';
  const health = details.State.Health;
  const restartPolicy = details.HostConfig.RestartPolicy?.Name || 'no';
  return {
    instanceId,
    containerId: details.Id,
    containerName: name,
    serviceId: text(labels.service),
    serviceName: text(labels.serviceName),
    slotId: text(labels.slot),
    slotIndex: Number(text(labels.slotIndex)),
    revisionId: text(labels.revision),
    revisionNumber: Number(text(labels.revisionNumber)),
    deploymentId: text(labels.deployment),
    deploymentNumber: Number(text(labels.deploymentNumber)),
    address: text(labels.address),
    nodeId,
    state,
    health: runs && health && healths.includes(health.Status) ? (health.Status as InstanceHealth) : 'none',
    exitCode: runs || startedAt === null ? null : details.State.ExitCode,
    startedAt,
    finishedAt: runs ? null : timeOf(details.State.FinishedAt),
    ...namesFrom(found),
    pid: runs ? details.State.Pid : null,
    net,
    ports: portsFrom(found),
    check: checkFrom(found),
    nodeAddress: networks[networkNames.node]?.IPAMConfig?.IPv4Address ?? null,
    docked,
    overlayAddress: runs && docked ? overlay.IPAddress || null : null,
    overlayMac: runs && docked ? overlay.MacAddress || null : null,
    restartPolicy,
    serving: restartPolicy === 'always' || isServingName(name),
    ...endingFrom(found),
    hasHealthcheck: (details.Config.Healthcheck?.Test?.[0] ?? 'NONE') !== 'NONE',
    healthOutput: health?.Log?.at(-1)?.Output.trim() || null,
    isComplete: net === 'host' || (networks[networkNames.node] !== undefined && docked),
    retired: isRetiredName(name),
  };
};
