import type { InstanceRef } from '@restow/shared/domain/order';
import { defaultHealthTiming } from '@restow/shared/domain/service';
import type { ObservedInstance, Slot } from '@restow/shared/domain/slot';

/** An instance nobody wants any more needs no more than its name and its slot's address to be ended and removed. Pure. */
export const bareRef = (
  serviceName: string,
  { index, address }: Pick<Slot, 'index' | 'address'>,
  instance: ObservedInstance,
): InstanceRef => ({
  serviceId: instance.serviceId,
  serviceName,
  stack: null,
  slotId: instance.slotId,
  slotIndex: index,
  instanceId: instance.instanceId,
  deploymentId: instance.deploymentId,
  address,
  ports: [],
  net: 'bridge',
  healthCheck: { kind: 'image' },
  healthTiming: defaultHealthTiming,
  stopSignal: null,
  stopGraceMs: 10_000,
  autorestart: 'OFF',
  autodestroy: 'OFF',
  minRunningMs: 0,
  healthDeadlineMs: 60_000,
});
