import { labelPrefix } from '@restow/shared/domain/label-prefix';
import type { InstanceSpec, ResolvedLink } from '@restow/shared/domain/order';
import {
  type Autodestroy,
  type Autorestart,
  autodestroys,
  autorestarts,
  type HealthTiming,
  type PublishedPort,
} from '@restow/shared/domain/service';
import { type AgentsCheck, isAgentsCheck } from '../health/checks.ts';
import { EngineError } from './engine-error.ts';

/** The agent's truth is the engine itself: all that must be known of a container again stands in its labels. */
export const labels = {
  service: 'io.restow.service',
  serviceName: 'io.restow.service-name',
  slot: 'io.restow.slot',
  slotIndex: 'io.restow.slot-index',
  revision: 'io.restow.revision',
  revisionNumber: 'io.restow.revision-number',
  deployment: 'io.restow.deployment',
  deploymentNumber: 'io.restow.deployment-number',
  /** What makes a container ours. */
  instance: 'io.restow.instance',
  address: 'io.restow.address',
  /** Ports of the node that are to lead to it while it serves, as JSON. */
  ports: 'io.restow.ports',
  /** The check its node's agent makes, with its timing, as JSON; empty where the engine makes it, or nobody. */
  health: 'io.restow.health',
  /** The stack its service belongs to; empty: none. */
  stack: 'io.restow.stack',
  /** Services it reaches by an alias, as JSON: its node answers for them. */
  links: 'io.restow.links',
  /** When it is started again after it ended, and when it is removed then, while it serves. */
  autorestart: 'io.restow.autorestart',
  autodestroy: 'io.restow.autodestroy',
  /** What makes a network ours; its value says which of the two it is. */
  network: 'io.restow.network',
  /** What makes a volume ours; its value is the path it is mounted at. */
  volume: 'io.restow.volume',
} as const;

/** Labels of an instance's container: the person's and ours. */
export const instanceLabels = (spec: InstanceSpec): Record<string, string> => {
  const taken = Object.keys(spec.labels).filter((name) => name.startsWith(labelPrefix));
  if (taken.length > 0)
    throw new EngineError(
      'engine-refused',
      `Labels that begin with ${labelPrefix} are Restow's own: rename ${taken.join(', ')} in service ${spec.serviceName}.`,
    );
  return {
    ...spec.labels,
    [labels.service]: spec.serviceId,
    [labels.serviceName]: spec.serviceName,
    [labels.slot]: spec.slotId,
    [labels.slotIndex]: String(spec.slotIndex),
    [labels.revision]: spec.revisionId,
    [labels.revisionNumber]: String(spec.revisionNumber),
    [labels.deployment]: spec.deploymentId,
    [labels.deploymentNumber]: String(spec.deploymentNumber),
    [labels.instance]: spec.instanceId,
    [labels.address]: spec.address,
    [labels.ports]: JSON.stringify(spec.ports),
    // Said in any case: an image that was made of a container of ours has its labels, which would count instead.
    [labels.health]: isAgentsCheck(spec.healthCheck)
      ? JSON.stringify({ check: spec.healthCheck, timing: spec.healthTiming } satisfies LabelledCheck)
      : '',
    [labels.stack]: spec.stack ?? '',
    [labels.links]: JSON.stringify(spec.links),
    [labels.autorestart]: spec.autorestart,
    [labels.autodestroy]: spec.autodestroy,
  };
};

/** What an agent must know to go on checking an instance that another one started. */
export interface LabelledCheck {
  check: AgentsCheck;
  timing: HealthTiming;
}

/** Written by us alone; on a container that somebody made to look like ours it may be anything, and counts as nothing. */
const parsed = <Value>(text: string | undefined): Value | null => {
  try {
    return JSON.parse(text ?? 'null') as Value;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** `null`: whoever made the container did not write them down. */
export const portsFrom = (found: Readonly<Record<string, string>>): PublishedPort[] | null => {
  if (found[labels.ports] === undefined) return null;
  const ports = parsed<PublishedPort[]>(found[labels.ports]);
  return Array.isArray(ports) ? ports : [];
};

/** What is to follow its end; of one whose maker did not write it down, what was so for all then. */
export const endingFrom = (
  found: Readonly<Record<string, string>>,
): { autorestart: Autorestart; autodestroy: Autodestroy } => ({
  autorestart: autorestarts.find((word) => word === found[labels.autorestart]) ?? 'ALWAYS',
  autodestroy: autodestroys.find((word) => word === found[labels.autodestroy]) ?? 'OFF',
});

export const checkFrom = (found: Readonly<Record<string, string>>): LabelledCheck | null =>
  parsed<LabelledCheck>(found[labels.health]);

/** By which names it is answered; nothing of one whose maker did not write it down. */
export const namesFrom = (found: Readonly<Record<string, string>>): { stack: string | null; links: ResolvedLink[] } => {
  const links = parsed<ResolvedLink[]>(found[labels.links]);
  return {
    stack: found[labels.stack] || null,
    links: Array.isArray(links) ? links.filter((link) => typeof link?.alias === 'string') : [],
  };
};

/** Labels of a volume that a slot has at a path. */
export const volumeLabels = (
  spec: Pick<InstanceSpec, 'serviceId' | 'serviceName' | 'slotId' | 'slotIndex'>,
  path: string,
): Record<string, string> => ({
  [labels.volume]: path,
  [labels.service]: spec.serviceId,
  [labels.serviceName]: spec.serviceName,
  [labels.slot]: spec.slotId,
  [labels.slotIndex]: String(spec.slotIndex),
});
