import { RestowError } from '@restow/shared/base/errors';
import { slotName } from '@restow/shared/domain/slot';
import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import { volumeViewToWire } from '@restow/shared/rpc/wire-cluster';
import { unaryCall } from './calls.ts';
import type { Door } from './door.ts';

type VolumeCalls = Pick<RestowHandlers, 'ListVolumes' | 'GetVolume' | 'PurgeVolume'>;

/** Volumes, attached and detached: seeing them, and the one way to delete one. */
export const volumeCalls = ({ world, authenticate }: Door): VolumeCalls => {
  const { store } = world;
  const notYet = async (): Promise<never> => {
    throw new RestowError('unsupported', 'Volumes cannot be looked at or purged one by one by this version.');
  };
  return {
    GetVolume: unaryCall(authenticate, world.log, notYet),
    PurgeVolume: unaryCall(authenticate, world.log, notYet),
    ListVolumes: unaryCall(authenticate, world.log, async () => {
      const nodes = new Map((await store.nodes.list()).map(({ id, name }) => [id, name]));
      const volumes = await store.volumes.list();
      return {
        volumes: await Promise.all(
          volumes.map(async (volume) => {
            const service = await store.services.get(volume.serviceId);
            const slot = await store.slots.get(volume.slotId);
            const serviceName = service?.name ?? volume.serviceId;
            return volumeViewToWire({
              ...volume,
              nodeName: nodes.get(volume.nodeId) ?? volume.nodeId,
              serviceName,
              slotName: slot ? slotName(serviceName, slot.index) : volume.slotId,
              bytes: null,
              users: [],
              unmeasured: '',
            });
          }),
        ),
      };
    }),
  };
};
