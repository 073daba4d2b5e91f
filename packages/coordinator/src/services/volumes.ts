import { RestowError } from '@restow/shared/base/errors';
import { holding } from '@restow/shared/domain/deployment';
import type { MeasuredVolume } from '@restow/shared/domain/order';
import { referenceTo } from '@restow/shared/domain/service';
import { slotReference, type Volume } from '@restow/shared/domain/slot';
import type { VolumeView } from '@restow/shared/domain/view';
import { OrderFailed } from '../deployment/give-order.ts';
import type { World } from '../world.ts';

type Seeing = Pick<World, 'store' | 'agents' | 'newId'>;

/** Counting the blocks of a large volume takes its time; more than this and the list comes without. Milliseconds. */
const measureMs = 20_000;
const purgeMs = 60_000;

/** What a node said of its volumes, or why it said nothing. */
type Measured = { volumes: MeasuredVolume[] } | { because: string };

const measureOn = async (
  { agents, newId }: Seeing,
  nodeId: string,
  names: string[],
  signal: AbortSignal,
): Promise<Measured> => {
  if (!agents.isConnected(nodeId)) return { because: 'its node does not answer' };
  const outcome = await agents.send<'measure-volumes'>(
    nodeId,
    { orderId: `measure/${newId()}`, order: { kind: 'measure-volumes', names }, deadlineMs: measureMs },
    { signal },
  );
  return outcome.ok ? outcome.value : { because: outcome.failure.message };
};

/** Volumes as people see them, in the order given; with `measure` their nodes are asked for sizes and users. */
export const describeVolumes = async (
  world: Seeing,
  volumes: readonly Volume[],
  measure: boolean,
  signal: AbortSignal,
): Promise<VolumeView[]> => {
  const { store } = world;
  const nodes = new Map((await store.nodes.list()).map(({ id, name }) => [id, name]));
  const measured = new Map<string, Measured>();
  if (measure)
    await Promise.all(
      [...Map.groupBy(volumes, ({ nodeId }) => nodeId)].map(async ([nodeId, there]) => {
        const names = there.map(({ name }) => name);
        measured.set(nodeId, await measureOn(world, nodeId, names, signal));
      }),
    );
  return Promise.all(
    volumes.map(async (volume) => {
      const service = await store.services.get(volume.serviceId);
      const slot = await store.slots.get(volume.slotId);
      const serviceName = service ? referenceTo(service) : volume.serviceId;
      const { id, name, nodeId, path, mountName, state, createdAt } = volume;
      return {
        ...{ id, name, nodeId, path, mountName, state, createdAt, serviceName },
        nodeName: nodes.get(nodeId) ?? nodeId,
        slotName: slot && service ? slotReference(service, slot.index) : volume.slotId,
        ...sizeOf(measured.get(nodeId), name),
      };
    }),
  );
};

const sizeOf = (measured: Measured | undefined, name: string): Pick<VolumeView, 'bytes' | 'users' | 'unmeasured'> => {
  if (!measured) return { bytes: null, users: [], unmeasured: '' };
  if ('because' in measured) return { bytes: null, users: [], unmeasured: measured.because };
  const found = measured.volumes.find((volume) => volume.name === name);
  return found && found.bytes !== null
    ? { bytes: found.bytes, users: found.users, unmeasured: '' }
    : { bytes: null, users: [], unmeasured: 'its node has no such volume any more' };
};

/** By name or id. Throws `not-found`, or `ambiguous` where several nodes have one of that name. */
export const findVolume = async ({ store }: Pick<World, 'store'>, reference: string): Promise<Volume> => {
  const volumes = await store.volumes.list();
  const found = volumes.filter(({ id, name }) => name === reference || id === reference);
  if (found.length === 1) return found[0]!;
  if (found.length === 0)
    throw new RestowError(
      'not-found',
      `There is no volume "${reference}": give its name or its whole uuid, as \`restow volume ls\` lists them.`,
    );
  const nodes = new Map((await store.nodes.list()).map(({ id, name }) => [id, name]));
  const which = found.map(({ id, nodeId }) => `${nodes.get(nodeId) ?? nodeId} (${id})`).join(', ');
  throw new RestowError('ambiguous', `Several nodes have a volume "${reference}": ${which}. Give its uuid.`);
};

/** The deployment that is about to attach the volume, and the slot that is to have it. */
const receiverOf = async (
  { store }: Pick<World, 'store'>,
  { name, nodeId }: Volume,
): Promise<{ number: number; slotName: string } | null> => {
  for (const { number, plan } of await store.deployments.list({ states: holding }))
    for (const { slotName, placement, volumes } of plan?.swaps ?? [])
      if (placement.nodeId === nodeId && volumes.some((volume) => volume.name === name)) return { number, slotName };
  return null;
};

/**
 * Deletes a detached volume and all its data, on its node and then from the list; returns what it was. The one path on
 * which data is deleted. Throws `invalid` unless `confirm` is its name, `failed-precondition` while it is attached or
 * about to be, or any container mounts it, `unavailable` while its node does not answer. Asked again after a crash it
 * ends the work.
 */
export const purgeVolume = async (
  world: Seeing & Pick<World, 'log'>,
  volume: Volume,
  confirm: string,
  signal: AbortSignal,
): Promise<VolumeView> => {
  const { store, agents, log, newId } = world;
  const [view] = await describeVolumes(world, [volume], true, signal);
  const { name, nodeName, slotName: slot } = view!;
  if (confirm !== name)
    throw new RestowError(
      'invalid',
      `Volume ${name} was not deleted: its name has to be given once more, to the letter, not "${confirm}".`,
    );
  const refuse = (because: string) =>
    new RestowError('failed-precondition', `Volume ${name} cannot be deleted: ${because}`);
  const stillDetached = async () => {
    const now = await store.volumes.get(volume.id);
    if (now?.state === 'attached')
      throw refuse(`it is attached to ${slot}. Take its mount out and redeploy, or remove the service, first.`);
    const receiver = now && (await receiverOf(world, now));
    if (receiver) throw refuse(`deployment ${receiver.number} gives it to ${receiver.slotName}.`);
    return now;
  };
  if (!(await stillDetached())) return view!;
  if (!agents.isConnected(volume.nodeId))
    throw new RestowError(
      'unavailable',
      `Volume ${name} cannot be deleted while its node ${nodeName} does not answer.`,
    );
  const outcome = await agents.send<'purge-volume'>(volume.nodeId, {
    orderId: `purge/${volume.id}/${newId()}`,
    order: { kind: 'purge-volume', name },
    deadlineMs: purgeMs,
  });
  if (!outcome.ok)
    throw new OrderFailed(
      'purge-volume',
      { slotName: name, node: { id: volume.nodeId, name: nodeName } },
      outcome.failure,
    );
  await store.transaction(async ({ volumes }) => {
    // Attached meanwhile: then it is a new one of that name, made since.
    if ((await volumes.get(volume.id))?.state === 'detached') await volumes.remove(volume.id);
  });
  log.warn({ volume: name, node: nodeName, bytes: view!.bytes }, 'volume deleted, as a person asked by its name');
  return view!;
};
