import { labPlaceInUse } from '../lab-place.ts';
import { standingOf } from '../lab-state.ts';
import { listLeftovers } from '../leftovers.ts';
import { takeDown } from '../take-down.ts';
import { type SubCommand, say, wrongUsage } from './command-line.ts';

/** `lab down` */
export const labDown: SubCommand = {
  usage: 'lab down',
  async run(words) {
    if (words.length > 0) throw wrongUsage('`lab down` takes no argument.', this.usage);
    const place = labPlaceInUse();
    const { standing } = await standingOf(place);
    if (standing === 'none' && (await listLeftovers(place)).length === 0) {
      say(`no lab in ${place.dir}, nothing to take away`);
      return 0;
    }
    const begun = performance.now();
    await takeDown(place);
    say(`the lab is gone, nothing of it is left (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    return 0;
  },
};

/** `lab check`: what of the lab is on this machine, one line each; exit code 1 when there is anything. */
export const labCheck: SubCommand = {
  usage: 'lab check',
  async run(words) {
    if (words.length > 0) throw wrongUsage('`lab check` takes no argument.', this.usage);
    const left = await listLeftovers(labPlaceInUse());
    for (const line of left) process.stdout.write(`${line}\n`);
    if (left.length === 0) say('nothing of the lab is on this machine');
    return left.length === 0 ? 0 : 1;
  },
};
