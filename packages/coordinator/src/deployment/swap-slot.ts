import { RestowError } from '@restow/shared/base/errors';
import type { Counterpart } from '@restow/shared/domain/order';
import type { DesiredInstance } from '@restow/shared/domain/slot';
import type { SwapStep } from '@restow/shared/domain/swap';
import { wentBackEarlier } from './earlier-rows.ts';
import { giveOrder, OrderFailed, orderIdOf, type Where } from './give-order.ts';
import { keepVolumes } from './keep-volumes.ts';
import type { PlacedInstance, Rollout, Swap } from './rollout.ts';
import { isMove } from './swap-rows.ts';

/** Last lines of a failed instance that go into the deployment's record. */
const tailLines = 20;

type Way = 'in' | 'undo';

/** An act of a row, or of its way back, on its way: which, to the node of which instance. */
interface Go extends Pick<SwapStep, 'order' | 'on' | 'onwards'> {
  rollout: Rollout;
  swap: Swap;
  at: PlacedInstance;
  way: Way;
  where: Where;
}

const placed = (swap: Swap, on: SwapStep['on']): PlacedInstance | null => (on === 'old' ? swap.old : swap.next);

/** What is given after a person took a paused deployment up again is not a repeat of what was given before. */
const occasionOf = ({ journal: { attempt } }: Rollout, way: Way): string => (attempt === 1 ? way : `${way}-${attempt}`);

const goIn = (rollout: Rollout, swap: Swap, row: SwapStep, at: PlacedInstance): Go => ({
  ...{ rollout, swap, at, way: 'in', order: row.order, on: row.on },
  where: {
    node: at.node,
    slotName: swap.slotName,
    phase: row.phase,
    occasion: `${occasionOf(rollout, 'in')}/${row.on}`,
    ...(row.onwards ? { onwards: true } : {}),
    // Connections are led to it from here on, and the old one could have them.
    ...(isMove(swap) && row.phase === 'handover' && row.on === 'new' && row.order !== 'take' ? { isUrgent: true } : {}),
  },
});

const goBackBy = (rollout: Rollout, swap: Swap, back: NonNullable<SwapStep['undo']>, at: PlacedInstance): Go => ({
  ...{ rollout, swap, at, way: 'undo', order: back.order, on: back.on },
  where: {
    node: at.node,
    slotName: swap.slotName,
    phase: 'undo',
    occasion: `${occasionOf(rollout, 'undo')}/${back.on}`,
    // The old one, on another node, is not to wait for the end of one that nobody reaches; that is ended when it is back.
    ...(back.order === 'put-aside' && swap.old && swap.old.node.id !== at.node.id ? { isUrgent: true } : {}),
  },
});

/** The node of the new instance, as the old one's has to know it; `null` where it is the same. */
const counterpart = async ({ rollout, swap }: Go): Promise<Counterpart | null> => {
  if (!isMove(swap)) return null;
  const { node, ref } = swap.next;
  const known = await rollout.world.store.nodes.get(node.id);
  if (!known)
    throw new RestowError('failed-precondition', `${node.name}, where ${swap.slotName} goes, was removed meanwhile.`);
  return { underlay: known.underlayAddress, ports: ref.ports };
};

/** Records an act of the coordinator's own: `desired` durable first, then told to every node. */
const announce = async (
  { rollout, swap, order, where }: Go,
  nodeName: string | null,
  desired: DesiredInstance | null,
  detail: string,
): Promise<void> => {
  const { world, journal, deployment, signal } = rollout;
  const { slotName, phase } = where;
  await journal.record(
    { orderId: orderIdOf(deployment, where, order), slotName, nodeName, phase, name: order },
    async () => {
      await world.store.slots.setDesired(swap.slot.id, desired);
      await world.agents.announceEndpoints(signal, [swap.slot.id]);
      return { value: undefined, detail };
    },
  );
};

/** Every node learns where the slot's address lives now. */
const announceEndpoint = async (go: Go): Promise<void> => {
  const { slot, next, old } = go.swap;
  const holder = go.way === 'in' ? next : old;
  const node = holder?.node.name ?? null;
  // With the node's own network it has no use for it.
  const detail = node && holder?.ref.net !== 'host' ? `${slot.address} lives on ${node}` : `${slot.address} rests`;
  await announce(go, node, holder?.desired ?? null, detail);
};

/** From now on names lead to the slot; where they did before there is nothing to tell. */
const announceName = async (go: Go): Promise<void> => {
  const { slotName, next } = go.swap;
  if (next.desired.named) return;
  await announce(go, next.node.name, { ...next.desired, named: true }, `names lead to ${slotName}`);
};

/** How each act of a swap's rows is carried out. An act without an entry does not compile. */
const acts: Record<Exclude<SwapStep['order'], NoAct>, (go: Go) => Promise<unknown>> = {
  'announce-endpoint': announceEndpoint,
  'announce-name': announceName,
  'pull-image': ({ rollout, swap, where }) => giveOrder(rollout, where, { kind: 'pull-image', image: swap.spec.image }),
  prepare: async ({ rollout, swap, where }) => {
    const made = await giveOrder(rollout, where, { kind: 'prepare', instance: swap.spec });
    await keepVolumes(rollout, swap, made.volumes);
  },
  open: async (go) =>
    giveOrder(go.rollout, go.where, { kind: 'open', instance: go.at.ref, towards: await counterpart(go) }),
  take: ({ rollout, swap, where }) =>
    giveOrder(rollout, where, { kind: 'take', instance: swap.spec, relayed: isMove(swap) }),
  flip: async (go) =>
    giveOrder(go.rollout, go.where, {
      kind: 'flip',
      instance: go.at.ref,
      towards: go.on === 'old' ? await counterpart(go) : null,
    }),
  drain: ({ rollout, where, at }) => giveOrder(rollout, where, { kind: 'drain', instance: at.ref }),
  settle: ({ rollout, where, at }) => giveOrder(rollout, where, { kind: 'settle', instance: at.ref }),
  close: ({ rollout, where, at }) => giveOrder(rollout, where, { kind: 'close', instance: at.ref }),
  retire: ({ rollout, where, at }) => giveOrder(rollout, where, { kind: 'retire', instance: at.ref }),
  'put-aside': ({ rollout, where, at }) =>
    giveOrder(rollout, where, { kind: 'put-aside', instance: at.ref, tailLines }),
  revive: ({ rollout, where, at }) => giveOrder(rollout, where, { kind: 'revive', instance: at.ref }),
};

/** Orders no table of a swap has. */
type NoAct = 'resolve-image' | 'survey' | 'measure-volumes' | 'purge-volume';

const carryOut = (go: Go): Promise<unknown> => {
  const act = acts[go.order as keyof typeof acts];
  if (!act) throw new Error(`A swap's table names "${go.order}", which no act carries out.`);
  return act(go);
};

/**
 * Walks rows of the swap's table top to bottom, remembering each before it begins; what an earlier run of the deployment
 * has carried out of the handover is not asked again. Throws `OrderFailed` where one fails; `undoSwap` then walks back
 * what was begun. A row from which there is no way back is gone on without, where its node is lost, and so are those
 * after it, and what ends on the other node with them: a node without its agent relays on, and must not be left to relay
 * to nobody. What that node has left is ended when it is back, in order.
 */
export const walkSwap = async (rollout: Rollout, swap: Swap, rows: readonly SwapStep[]): Promise<void> => {
  let isGoneWithout = false;
  for (const row of rows) {
    const at = placed(swap, row.on);
    if (!at || (isGoneWithout && (row.onwards || row.order === 'close'))) continue;
    // After a restart a row that was begun before it stays one row, at its place.
    if (!swap.begun.includes(row)) swap.begun.push(row);
    if (at.away || swap.done.includes(row)) continue;
    swap.isWalked = true;
    await carryOut(goIn(rollout, swap, row, at)).catch((error: unknown) => {
      if (!(error instanceof OrderFailed && error.isGoneWithout)) throw error;
      isGoneWithout = true;
    });
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
    const back = swap.begun[swap.begun.length - 1]!.undo;
    const at = back && placed(swap, back.on);
    if (back && at && isThere(rollout, at) && !walked.has(`${back.order} ${back.on}`)) {
      walked.add(`${back.order} ${back.on}`);
      const go = goBackBy(rollout, swap, back, at);
      if (!isBack(go)) await carryOut(go).catch((error: unknown) => failures.push(error));
      rollout.signal.throwIfAborted();
    }
    swap.begun.pop();
  }
  if (failures.length > 0) throw failures[0];
};

/** An earlier run had come that far on the way back. */
const isBack = ({ rollout, swap, where, order }: Go): boolean =>
  !swap.isWalked &&
  wentBackEarlier(rollout.journal.earlier, swap.slotName, orderIdOf(rollout.deployment, where, order));

/** One that could not be asked for anything on the way in may be back by now. */
const isThere = ({ world }: Rollout, { away, node }: PlacedInstance): boolean =>
  !away || world.agents.isConnected(node.id);
