import { plural } from '../placement/words.ts';
import { isSwapped, type Rollout, type Swap } from './rollout.ts';

/**
 * How far a rollout came without the slots it gave up, and for each of those where it is and why:
 *
 *     1 of 3 slots failed, 1 runs revision 2, 1 was not begun.
 *     web-2 is back on its old instance: web-2 on n2, take: it ended with exit code 1
 *
 * Pure.
 */
export const givenUpInWords = ({
  swaps,
  plan,
}: {
  swaps: readonly Pick<Swap, 'slotName' | 'old' | 'begun' | 'gaveUp'>[];
  plan: Pick<Rollout['plan'], 'revisionNumber'>;
}): string => {
  const failed = swaps.filter(({ gaveUp }) => gaveUp !== null);
  const swapped = swaps.filter((swap) => swap.gaveUp === null && isSwapped(swap));
  const waiting = swaps.length - failed.length - swapped.length;
  const counts = [
    `${failed.length} of ${swaps.length} ${plural(swaps.length, 'slot')} failed`,
    ...(swapped.length > 0 ? [`${swapped.length} ${runs(swapped.length)} revision ${plan.revisionNumber}`] : []),
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'was' : 'were'} not begun`] : []),
  ];
  return [`${counts.join(', ')}.`, ...failed.map(whereItIs)].join('\n');
};

const runs = (count: number): string => (count === 1 ? 'runs' : 'run');

const whereItIs = ({ slotName, old, gaveUp }: Pick<Swap, 'slotName' | 'old' | 'gaveUp'>): string => {
  if (gaveUp?.isStuck) return `${slotName} is on neither instance for certain: ${gaveUp.because}`;
  return old
    ? `${slotName} is back on its old instance: ${gaveUp?.because}`
    : `${slotName} does not run, since nothing ran there before: ${gaveUp?.because}`;
};
