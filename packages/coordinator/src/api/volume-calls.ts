import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import { volumeViewToWire } from '@restow/shared/rpc/wire-cluster';
import { describeVolumes, findVolume, purgeVolume } from '../services/volumes.ts';
import { unaryCall } from './calls.ts';
import type { Door } from './door.ts';

type VolumeCalls = Pick<RestowHandlers, 'ListVolumes' | 'GetVolume' | 'PurgeVolume'>;

/** Volumes, attached and detached: seeing them, and the one way to delete one. */
export const volumeCalls = ({ world, authenticate }: Door): VolumeCalls => ({
  ListVolumes: unaryCall(authenticate, world.log, async ({ measure }, { signal }) => {
    const volumes = await describeVolumes(world, await world.store.volumes.list(), measure, signal);
    return { volumes: volumes.map(volumeViewToWire) };
  }),
  GetVolume: unaryCall(authenticate, world.log, async ({ volume }, { signal }) => {
    const [view] = await describeVolumes(world, [await findVolume(world, volume)], true, signal);
    return volumeViewToWire(view!);
  }),
  // Hanging up stops nothing: what was confirmed is done.
  PurgeVolume: unaryCall(authenticate, world.log, async ({ volume, confirm }) => {
    const found = await findVolume(world, volume);
    return volumeViewToWire(await purgeVolume(world, found, confirm, new AbortController().signal));
  }),
});
