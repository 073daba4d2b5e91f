import type { InstanceSpec } from '@restow/shared/domain/order';
import { EngineError } from './engine-error.ts';

/** Every label of ours begins so, and none that a person gives may. */
export const labelPrefix = 'io.restow.';

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
