import type { DesiredInstance } from '@restow/shared/domain/slot';
import type { SwapStep } from '@restow/shared/domain/swap';
import { giveOrder } from './give-order.ts';
import { keepVolumes } from './keep-volumes.ts';
import type { PlacedInstance, Rollout, Swap } from './rollout.ts';

/** Last lines of a failed instance that go into the deployment's record. */
const tailLines = 20;

type Act = SwapStep['order'];
type Way = 'in' | 'undo';

const phaseOf = (row: SwapStep, way: Way) => (way === 'undo' ? ('undo' as const) : row.phase);

const placed = (swap: Swap, on: 'old' | 'new' | 'all'): PlacedInstance | null => (on === 'old' ? swap.old : swap.next);

/** Makes `desired` durable, then tells every node where the slot's address lives now. */
const announceEndpoint = async (rollout: Rollout, swap: Swap, row: SwapStep, way: Way): Promise<void> => {
  const { world, journal, deployment, signal } = rollout;
  const holder = way === 'in' ? swap.next : swap.old;
  const desired: DesiredInstance | null = holder?.desired ?? null;
  const node = holder?.node.name ?? null;
  await journal.record(
    {
      orderId: `${deployment.id}/${swap.slotName}/${occasionOf(rollout, way)}/announce-endpoint`,
      slotName: swap.slotName,
      nodeName: node,
      phase: phaseOf(row, way),
      name: 'announce-endpoint',
    },
    async () => {
      await world.store.slots.setDesired(swap.slot.id, desired);
      await world.agents.announceEndpoints(signal);
      return {
        value: undefined,
        // With the node's own network it has no use for it.
        detail:
          node && holder?.ref.net !== 'host' ? `${swap.slot.address} lives on ${node}` : `${swap.slot.address} rests`,
      };
    },
  );
};

/** From now on names lead to the slot; where they did before there is nothing to tell. */
const announceName = async ({ world, signal }: Rollout, { slot, next }: Swap): Promise<void> => {
  if (next.desired.named) return;
  await world.store.slots.setDesired(slot.id, { ...next.desired, named: true });
  await world.agents.announceEndpoints(signal);
};

/** How each act of a swap's rows is carried out. An act without an entry does not compile. */
const acts: Record<
  Extract<
    Act,
    | 'announce-endpoint'
    | 'announce-name'
    | 'pull-image'
    | 'prepare'
    | 'open'
    | 'drain'
    | 'take'
    | 'flip'
    | 'settle'
    | 'retire'
    | 'put-aside'
    | 'revive'
  >,
  (rollout: Rollout, swap: Swap, row: SwapStep, on: PlacedInstance, way: Way) => Promise<unknown>
> = {
  'announce-endpoint': (rollout, swap, row, _on, way) => announceEndpoint(rollout, swap, row, way),
  'announce-name': (rollout, swap) => announceName(rollout, swap),
  'pull-image': (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'pull-image', image: swap.spec.image }),
  prepare: async (rollout, swap, row, on, way) => {
    const made = await giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'prepare', instance: swap.spec });
    await keepVolumes(rollout, swap, made.volumes);
  },
  open: (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'open', instance: on.ref, towards: null }),
  drain: (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'drain', instance: on.ref }),
  take: (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'take', instance: swap.spec, relayed: false }),
  flip: (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'flip', instance: on.ref, towards: null }),
  settle: (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'settle', instance: on.ref }),
  retire: (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'retire', instance: on.ref }),
  'put-aside': (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'put-aside', instance: on.ref, tailLines }),
  revive: (rollout, swap, row, on, way) =>
    giveOrder(rollout, at(rollout, swap, row, on, way), { kind: 'revive', instance: on.ref }),
};

/** What is given after a person took a paused deployment up again is not a repeat of what was given before. */
const occasionOf = ({ journal: { attempt } }: Rollout, way: Way): string => (attempt === 1 ? way : `${way}-${attempt}`);

const at = (rollout: Rollout, swap: Swap, row: SwapStep, on: PlacedInstance, way: Way) => ({
  node: on.node,
  slotName: swap.slotName,
  phase: phaseOf(row, way),
  occasion: occasionOf(rollout, way),
});

const actOf = (act: Act) => {
  const found = acts[act as keyof typeof acts];
  if (!found) throw new Error(`A swap's table names "${act}", which no act carries out.`);
  return found;
};

/**
 * Walks rows of the swap's table top to bottom, remembering each before it begins. Throws `OrderFailed` where one
 * fails; `undoSwap` then walks back what was begun.
 */
export const walkSwap = async (rollout: Rollout, swap: Swap, rows: readonly SwapStep[]): Promise<void> => {
  for (const row of rows) {
    const on = placed(swap, row.on);
    if (!on) continue;
    // After a restart a row that was begun before it is walked again; it stays one row, at its place.
    if (!swap.begun.includes(row)) swap.begun.push(row);
    if (on.away) continue;
    await actOf(row.order)(rollout, swap, row, on, 'in');
  }
};

/**
 * Walks back everything this swap began, bottom to top, each way back once. The old instance answers again when it
 * resolves. A way back that fails does not keep the others from being walked: a new instance that nobody can stop is no
 * reason to leave the old one stopped. The first failure is thrown at the end, since the slot is then not as it was.
 */
export const undoSwap = async (rollout: Rollout, swap: Swap): Promise<void> => {
  const walked = new Set<string>();
  const failures: unknown[] = [];
  while (swap.begun.length > 0) {
    const row = swap.begun[swap.begun.length - 1]!;
    const back = row.undo;
    const on = back && placed(swap, back.on);
    if (back && on && isThere(rollout, on) && !walked.has(`${back.order} ${back.on}`)) {
      walked.add(`${back.order} ${back.on}`);
      await actOf(back.order)(rollout, swap, row, on, 'undo').catch((error: unknown) => failures.push(error));
      rollout.signal.throwIfAborted();
    }
    swap.begun.pop();
  }
  if (failures.length > 0) throw failures[0];
};

/** One that could not be asked for anything on the way in may be back by now. */
const isThere = ({ world }: Rollout, { away, node }: PlacedInstance): boolean =>
  !away || world.agents.isConnected(node.id);
