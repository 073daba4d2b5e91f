import { ok } from '@restow/shared/base/result';
import type { InstanceSpec, PortRange } from '@restow/shared/domain/order';
import type { Protocol } from '@restow/shared/domain/service';
import { slotOf } from '@restow/shared/domain/slot';
import { ensureInstance } from './ensure-instance.ts';
import { type Executor, failed } from './executor.ts';
import { describeHolder, foreignHolders, slotHolders } from './ports.ts';

/** Time between two pieces of news of a pull. Milliseconds: as often as a person can read. */
const newsMs = 200;

export const resolveImage: Executor<'resolve-image'> = async ({ reference }, { engine }, { signal }) =>
  ok(await engine.resolve(reference, signal));

/** Every port of a range, of both protocols. */
const portsOf = (range: PortRange | null): { protocol: Protocol; port: number }[] =>
  range === null
    ? []
    : Array.from({ length: range.last - range.first + 1 }, (_, at) => range.first + at).flatMap((port) => [
        { protocol: 'tcp' as const, port },
        { protocol: 'udp' as const, port },
      ]);

/** What a plan must know of this node and only this node knows. Touches nothing. */
export const survey: Executor<'survey'> = async ({ image, ports: named, dynamicPorts, volumes }, deps) => {
  const ports = [...named, ...portsOf(dynamicPorts)];
  const [imagePresent, foreign, slots, foreignVolumes] = await Promise.all([
    image === null ? false : deps.engine.hasImage(image),
    foreignHolders(deps, ports),
    slotHolders(deps, ports),
    deps.engine.foreignVolumes(volumes),
  ]);
  return ok({ imagePresent, portsInUse: [...slots, ...foreign], foreignVolumes });
};

export const pullImage: Executor<'pull-image'> = async ({ image }, { engine, clock }, { signal, onProgress }) => {
  let nextNews = 0;
  const pulled = await engine.pull(
    image,
    (progress) => {
      if (clock.now() < nextNews) return;
      nextNews = clock.now() + newsMs;
      onProgress(progress);
    },
    signal,
  );
  return ok(pulled);
};

/** What a definition says of it that an engine judges only as it starts a container. */
const isJudgedAtStart = ({ command, entrypoint, settings }: InstanceSpec): boolean =>
  command !== null || entrypoint !== null || settings.user !== null || settings.devices.length > 0;

/**
 * Everything that touches nothing that runs: ports looked at, networks and volumes there, the container made, and what an
 * engine would refuse as it starts refused as far as it can be told.
 */
export const prepare: Executor<'prepare'> = async ({ instance }, deps, { signal }) => {
  const ports = instance.ports.map(({ protocol, hostPort }) => ({ protocol, port: hostPort }));
  const held = await foreignHolders(deps, ports);
  if (held.length > 0)
    return failed(
      'port-in-use',
      `${slotOf(instance)} cannot publish its ports on this node: ${held.map(describeHolder).join('; ')}. End that, or choose another port.`,
    );
  const made = await ensureInstance(instance, deps, signal);
  const refused = isJudgedAtStart(instance) ? await deps.engine.whyNotStart(made.containerId) : null;
  return refused === null
    ? ok(made)
    : failed(
        'engine-refused',
        `${slotOf(instance)} could not be started with image ${instance.image.reference}: ${refused}. Correct the service's user, devices, entrypoint or command, or the image.`,
      );
};
