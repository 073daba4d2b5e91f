import type { Unplaceable } from './placement.ts';

/** Slots that cannot be placed for the same reasons: the first speaks for all. */
export interface AlikeUnplaceable {
  first: Unplaceable;
  /** Names of the others, by index. */
  others: string[];
}

/** What is said of a slot without its own name, so that equal refusals can be told once. */
const withoutName = ({ slotName, message, waysOut, verdicts }: Unplaceable): string =>
  JSON.stringify([message, waysOut, verdicts.map(({ nodeId, reasons }) => [nodeId, reasons])]).replaceAll(slotName, '');

/** Groups refusals that say the same, in the order of their first slots. A hundred slots without a place read like one. Pure. */
export const groupAlike = (unplaceable: Unplaceable[]): AlikeUnplaceable[] =>
  [...Map.groupBy(unplaceable, withoutName).values()].map(([first, ...rest]) => ({
    first: first!,
    others: rest.map(({ slotName }) => slotName),
  }));

/** `web-2, web-3, web-4 and 96 more`. */
export const othersInWords = (others: string[], most = 3): string =>
  others.length <= most + 1
    ? others.join(', ')
    : `${others.slice(0, most).join(', ')} and ${others.length - most} more`;
