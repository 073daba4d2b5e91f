import { RestowError } from '@restow/shared/base/errors';
import { mustRun } from './command.ts';
import type { PidIdentity } from './pids.ts';
import { setCarrier } from './switch.ts';

/** What is wrong with a host's cable. */
export interface Cable {
  /** Pulled: both ends have lost their carrier, and nothing passes. */
  cut: boolean;
  /** Of a hundred frames so many are lost, in each direction by itself; a whole number. */
  lossPercent: number;
}

export const soundCable: Cable = { cut: false, lossPercent: 0 };

/**
 * The faults live in the switch's own kernel, in one table, and nowhere else: a change is whole or has not happened
 * whoever is killed, whoever asks sees what is in force, a host that boots finds its cable as it left it, and with the
 * switch they are gone. Rules rather than `netem`, which not every kernel has; they see every frame on its way from one
 * cable to another, ARP and broadcasts too.
 */
const table = 'bridge cables';
const lossChain = (host: string): string => `loss-${host}`;

const tableItself = [
  `add table ${table}`,
  `add set ${table} cut { type ifname; }`,
  `add map ${table} lossy { type ifname : verdict; }`,
  `add chain ${table} frames { type filter hook forward priority 0; }`,
  `flush chain ${table} frames`,
  ...['iifname', 'oifname'].flatMap((end) => [
    `add rule ${table} frames ${end} @cut drop`,
    `add rule ${table} frames ${end} vmap @lossy`,
  ]),
];

const nftIn = (holder: PidIdentity, purpose: string, args: readonly string[], input?: string): Promise<string> =>
  mustRun(purpose, ['nsenter', '-t', String(holder.pid), '-n', 'nft', ...args], { input });

const apply = (holder: PidIdentity, purpose: string, commands: readonly string[]): Promise<string> =>
  nftIn(holder, purpose, ['-f', '-'], `${[...tableItself, ...commands].join('\n')}\n`);

/** As far as `nft -j` is read here. */
interface Listed {
  set?: { name: string; elem?: string[] };
  rule?: { chain: string; expr: { match?: { right: unknown } }[] };
}

/** The cables with something wrong, by host; a host that is not among them has a sound one. */
export async function faultyCables(holder: PidIdentity): Promise<Record<string, Cable>> {
  const listed = await nftIn(holder, "read the faults of the lab's cables", ['-j', 'list', 'ruleset']);
  const cables: Record<string, Cable> = {};
  for (const { set, rule } of (JSON.parse(listed) as { nftables: Listed[] }).nftables) {
    if (set?.name === 'cut')
      for (const host of set.elem ?? []) cables[host] = { ...soundCable, ...cables[host], cut: true };
    const lossy = rule?.chain.startsWith(lossChain('')) ? rule : undefined;
    const last = lossy?.expr.find(({ match }) => match !== undefined)?.match?.right;
    if (lossy === undefined || typeof last !== 'number') continue;
    const host = lossy.chain.slice(lossChain('').length);
    cables[host] = { ...soundCable, ...cables[host], lossPercent: last + 1 };
  }
  return cables;
}

/** One host's cable as it is now. */
export const cableOf = async (holder: PidIdentity, host: string): Promise<Cable> =>
  (await faultyCables(holder))[host] ?? soundCable;

/** Pulls a host's cable out of the switch. Refuses (`failed-precondition`) where it is out already. */
export async function cutCable(holder: PidIdentity, host: string): Promise<void> {
  if ((await cableOf(holder, host)).cut)
    throw new RestowError(
      'failed-precondition',
      `The cable of ${host} is cut already; \`lab heal ${host}\` makes it whole.`,
    );
  await apply(holder, `cut the cable of ${host}`, [`add element ${table} cut { "${host}" }`]);
  await setCarrier(holder, host, 'down');
}

/** Puts it in again; what it loses by `loseFrames` it goes on losing. Refuses (`failed-precondition`) a whole one. */
export async function healCable(holder: PidIdentity, host: string): Promise<void> {
  if (!(await cableOf(holder, host)).cut)
    throw new RestowError('failed-precondition', `The cable of ${host} is not cut; \`lab status\` tells what is.`);
  // The carrier first: killed in between, the cable still counts as cut, and is.
  await setCarrier(holder, host, 'up');
  await apply(holder, `heal the cable of ${host}`, [`delete element ${table} cut { "${host}" }`]);
}

/** From now on a host's cable loses so many frames of a hundred, in each direction; 0 takes that away. */
export async function loseFrames(holder: PidIdentity, host: string, percent: number): Promise<void> {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new RestowError('invalid', `A cable loses a whole number of frames of a hundred, 0 to 100, not ${percent}.`);
  const chain = `${table} ${lossChain(host)}`;
  const element = `element ${table} lossy { "${host}" : jump ${lossChain(host)} }`;
  // Added before it is taken away, so that there is something to take away.
  const fresh = [`add chain ${chain}`, `flush chain ${chain}`, `add ${element}`];
  await apply(holder, `have the cable of ${host} lose ${percent}%`, [
    ...fresh,
    ...(percent === 0
      ? [`delete ${element}`, `delete chain ${chain}`]
      : [`add rule ${chain} numgen random mod 100 <= ${percent - 1} drop`]),
  ]);
}
