import type { Endpoint } from '@restow/shared/domain/order';

/** An endpoint of `web-1`, at an address on a node. */
export const anEndpoint = (given: Pick<Endpoint, 'address' | 'nodeId' | 'underlay'> & Partial<Endpoint>): Endpoint => ({
  slotId: given.address,
  slotName: 'web-1',
  slotIndex: 1,
  serviceId: '5e71ce00-0000-4000-8000-000000000001',
  serviceName: 'web',
  stack: null,
  named: true,
  everyNode: false,
  ...given,
});
