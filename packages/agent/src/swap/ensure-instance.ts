import type { InstanceSpec, OutcomeByKind } from '@restow/shared/domain/order';
import { EngineError } from '../engine/engine-error.ts';
import { volumeLabels } from '../engine/labels.ts';
import { askingItsNode } from '../names/container-dns.ts';
import type { SwapDeps } from './executor.ts';
import { volumesOf } from './image-volumes.ts';

/** Makes an instance's container with all it stands on, not started; what is there already is left as it is. */
export const ensureInstance = async (
  spec: InstanceSpec,
  { engine, addresses, settings }: SwapDeps,
  signal: AbortSignal,
): Promise<OutcomeByKind['prepare']> => {
  const volumes = volumesOf(spec, await engine.imageVolumes(spec.image));
  await engine.ensureNetworks(settings);
  for (const { name, path, borrowed } of volumes) {
    if (!borrowed) await engine.ensureVolume(name, volumeLabels(spec, path));
    else if (!(await engine.hasVolume(name)))
      throw new EngineError(
        'engine-refused',
        `Volume ${name}, which is another slot's, is not on this node any more: redeploy the service it belongs to.`,
      );
  }
  signal.throwIfAborted();
  const make = (address: string | null) =>
    engine.create({ ...askingItsNode(spec, settings.nodeSubnet), volumes }, address);
  const made = spec.net === 'host' ? await make(null) : await addresses.use(make);
  return { ...made, volumes: volumes.filter(({ borrowed }) => !borrowed).map(({ name, path }) => ({ name, path })) };
};
