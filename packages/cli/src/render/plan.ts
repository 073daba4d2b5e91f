import { groupAlike, othersInWords } from '@restow/shared/domain/alike';
import type { NodeVerdict } from '@restow/shared/domain/placement';
import type { Plan, PlannedSwap, PlanRefusal } from '@restow/shared/domain/plan';
import type { Look } from './look.ts';
import { columns, indent } from './table.ts';
import { counted, imageLabel, listed, portLabel } from './words.ts';

const chosenFirst = (verdicts: NodeVerdict[], nodeId: string): NodeVerdict[] => [
  ...verdicts.filter((verdict) => verdict.nodeId === nodeId),
  ...verdicts.filter((verdict) => verdict.nodeId !== nodeId),
];

const whyNot = ({ reasons }: NodeVerdict): string => `no: ${reasons.map(({ message }) => message).join('; ')}`;

const verdictRow = (verdict: NodeVerdict, chosen: { nodeId: string; because: string } | null): string[] => {
  if (verdict.nodeId === chosen?.nodeId) return [verdict.nodeName, `chosen: ${chosen.because}`];
  if (!verdict.fits) return [verdict.nodeName, whyNot(verdict)];
  return [verdict.nodeName, verdict.score === null ? 'would fit too' : `would fit too (score ${verdict.score})`];
};

const routeOf = ({ from, placement }: PlannedSwap): string => {
  if (from === null) return `new on ${placement.nodeName}`;
  return from.nodeId === placement.nodeId ? `stays on ${from.nodeName}` : `${from.nodeName} -> ${placement.nodeName}`;
};

const swapText = (swap: PlannedSwap, { paint }: Look): string => {
  const { placement } = swap;
  const verdicts = chosenFirst(placement.verdicts, placement.nodeId).map((verdict) => verdictRow(verdict, placement));
  const volumes = swap.volumes.map(({ name, path, fresh, readOnly, from }) => [
    'volume',
    `${path}: ${name}${from === null ? '' : ` of ${from}`}, ${fresh ? 'fresh and empty' : 'kept'}${readOnly ? ', read-only' : ''}`,
  ]);
  const detached = swap.detaches.map(({ name, nodeName }) => [
    'volume',
    `${name} is detached and stays on ${nodeName}`,
  ]);
  const ports = swap.ports.map((port) => ['port', portLabel(port)]);
  const head = `${paint.bold(swap.slotName)}   ${swap.address ?? 'a new address'}   ${routeOf(swap)}\n`;
  return head + indent(columns([...verdicts, ...volumes, ...detached, ...ports]));
};

/** As the plan itself names it: a service of a stack is not called as its slots are. */
const nameOf = ({ swaps }: Plan, index: number): string =>
  swaps.find(({ slotIndex }) => slotIndex === index)?.slotName ?? String(index);

const batchesText = (plan: Plan): string =>
  plan.batches.map((slots) => slots.map((index) => nameOf(plan, index)).join(' ')).join(', then ');

const gateText = (plan: Plan): string =>
  plan.gate ? `on: ${nameOf(plan, plan.batches[0]?.[0] ?? 1)} alone, the rest once it is healthy` : 'off';

const outageText = ({ predictedOutage: { seconds, from } }: Plan): string =>
  `${seconds.toFixed(1)} s for each slot that is swapped (${from})`;

/** A plan: what it will do to each slot, and why there and in this order. Pure. */
export const planText = (plan: Plan, look: Look): string => {
  const { order } = plan;
  const { paint } = look;
  const isFirst = plan.swaps.every(({ from }) => from === null);
  const asked = order.asked === order.chosen ? '' : ` (asked for: ${order.asked})`;
  const { scale } = plan;
  const about = [
    ['image', imageLabel(plan.image, look)],
    ...(scale
      ? []
      : [
          ['order', `${order.chosen}${asked}: ${order.because}`],
          ['gate', gateText(plan)],
        ]),
    ...(plan.swaps.length > 0 ? [['batches', batchesText(plan)]] : []),
    ['images', listed(plan.pulls.map(({ nodeName, present }) => `${nodeName} ${present ? 'has it' : 'pulls it'}`))],
    ...(isFirst ? [] : [['not answering', outageText(plan)]]),
  ];
  const head = scale
    ? `scale from ${scale.from} to ${counted(scale.to, 'slot')}${plan.swaps.length > 0 ? `, new ones at revision ${plan.revisionNumber}` : ''}; what stays is left alone`
    : `${isFirst ? 'first deployment' : 'redeploy'} of ${counted(plan.swaps.length, 'slot')} to revision ${plan.revisionNumber}`;
  const removals = plan.removals.map(
    ({ slotName, nodeName }) => `${slotName}${nodeName ? ` on ${nodeName}` : ''} goes: fewer slots are wanted\n`,
  );
  return [
    `${paint.bold(plan.serviceName)}: ${head}\n`,
    indent(columns(about)),
    ...plan.swaps.map((swap) => `\n${swapText(swap, look)}`),
    ...(removals.length > 0 ? ['\n', ...removals] : []),
    ...(plan.warnings.length > 0 ? ['\n', ...plan.warnings.map((warning) => `warning: ${warning}\n`)] : []),
  ].join('');
};

/** It says which slot it is about, as a word of its own and not only within the name of a volume. */
const names = (message: string, slot: string): boolean => new RegExp(`(^|\\s)${slot}(?![\\w-])`).test(message);

/** Why there is no plan: every slot without a place, every node with every reason, and the ways out. Pure. */
export const refusalText = (refusal: PlanRefusal, { paint }: Look): string =>
  [
    `${paint.bold(refusal.serviceName)}: ${paint.bad('cannot be deployed')}, nothing was touched\n`,
    indent(`${refusal.message}\n`),
    ...groupAlike(refusal.unplaceable).map(
      ({ first: { slotName, message, verdicts, waysOut }, others }) =>
        `\n${names(message, slotName) ? message : `${paint.bold(slotName)}   ${message}`}\n` +
        (others.length > 0 ? indent(`the same holds for ${othersInWords(others)}\n`) : '') +
        indent(columns(verdicts.map((verdict) => verdictRow(verdict, null)))) +
        (waysOut.length > 0 ? indent(`ways out:\n${waysOut.map((way) => `  - ${way}\n`).join('')}`) : ''),
    ),
  ].join('');
