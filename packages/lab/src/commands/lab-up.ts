import { startLab } from '../start-lab.ts';
import { type SubCommand, say, stopSignal, wrongUsage } from './command-line.ts';

/** `lab up [N] [--bare]` */
export const labUp: SubCommand = {
  usage: 'lab up [N] [--bare]',
  async run(words) {
    const numbers = words.filter((word) => /^\d+$/.test(word));
    const unknown = words.filter((word) => word !== '--bare' && !numbers.includes(word));
    if (unknown.length > 0 || numbers.length > 1)
      throw wrongUsage(`\`lab up\` does not know "${[...unknown, ...numbers.slice(1)].join(' ')}".`, this.usage);
    const begun = performance.now();
    const lab = await startLab({
      nodes: numbers[0] === undefined ? undefined : Number(numbers[0]),
      bare: words.includes('--bare'),
      say,
      signal: stopSignal(),
    });
    const names = lab.hosts.map((host) => host.name).join(', ');
    say(`the lab is up after ${((performance.now() - begun) / 1000).toFixed(1)} s: ${names}`);
    say('use it:     eval "$(./restow lab env)" && ./restow node ls');
    say('look inside: ./restow lab exec n1 docker ps');
    say('take it away: ./restow lab down');
    return 0;
  },
};
