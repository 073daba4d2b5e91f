import type { Lab } from '../lab.ts';
import { openLab } from '../start-lab.ts';
import { type SubCommand, say, wrongUsage } from './command-line.ts';

/** What can go wrong with one host, or be put right: `does` it, and is `said` when it is done. */
interface Fault {
  does(lab: Lab, host: string): Promise<void>;
  said(host: string): string;
}

const faults: Record<string, Fault> = {
  cut: {
    does: (lab, host) => lab.cut(host),
    said: (host) => `the cable of ${host} is cut; whole again by \`lab heal ${host}\``,
  },
  heal: {
    does: (lab, host) => lab.heal(host),
    said: (host) => `the cable of ${host} is whole`,
  },
  kill: {
    does: (lab, host) => lab.powerOff(host),
    said: (host) => `${host} has no power, all that ran there is gone; boots again by \`lab start ${host}\``,
  },
  start: {
    does: (lab, host) => lab.powerOn(host),
    said: (host) => `${host} is up: its engine, what that starts by itself, its agent`,
  },
  'engine-kill': {
    does: (lab, host) => lab.engineKill(host),
    said: (host) => `the engine of ${host} is dead, its containers live; back by \`lab engine-start ${host}\``,
  },
  'engine-stop': {
    does: (lab, host) => lab.engineStop(host),
    said: (host) => `the engine of ${host} has stopped its containers and ended; back by \`lab engine-start ${host}\``,
  },
  'engine-start': {
    does: (lab, host) => lab.engineStart(host),
    said: (host) => `the engine of ${host} answers`,
  },
  'engine-restart': {
    does: (lab, host) => lab.engineRestart(host),
    said: (host) => `the engine of ${host} answers again`,
  },
};

const secondsSince = (begun: number): string => ((performance.now() - begun) / 1000).toFixed(1);

const toOneHost = (name: string, { does, said }: Fault): SubCommand => ({
  usage: `lab ${name} HOST`,
  async run([host, ...more]) {
    if (host === undefined || more.length > 0) throw wrongUsage(`\`lab ${name}\` needs one host.`, this.usage);
    const begun = performance.now();
    await does(await openLab(), host);
    say(`${said(host)} (${secondsSince(begun)} s)`);
    return 0;
  },
});

/** `lab loss HOST PERCENT` */
const labLoss: SubCommand = {
  usage: 'lab loss HOST PERCENT',
  async run([host, percent = '', ...more]) {
    const [, digits] = /^(\d+)%?$/.exec(percent) ?? [];
    if (host === undefined || percent === '' || more.length > 0)
      throw wrongUsage('`lab loss` needs a host and how much of 100 it loses.', this.usage);
    if (digits === undefined)
      throw wrongUsage(`\`lab loss\` takes a whole number from 0 to 100, not "${percent}".`, this.usage);
    const lab = await openLab();
    await lab.loss(host, Number(digits));
    say(
      Number(digits) === 0
        ? `the cable of ${host} loses nothing`
        : `the cable of ${host} loses ${digits} of 100 frames in each direction; none again by \`lab loss ${host} 0\``,
    );
    return 0;
  },
};

/** What breaks a lab's hosts, and what mends them. */
export const labFaults: Record<string, SubCommand> = {
  ...Object.fromEntries(Object.entries(faults).map(([name, fault]) => [name, toOneHost(name, fault)])),
  loss: labLoss,
};
