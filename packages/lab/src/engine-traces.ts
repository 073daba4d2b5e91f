import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { mustRun, runCommand } from './command.ts';
import { askEngine } from './engine-http.ts';
import { optContainerd, removeOptContainerd } from './opt-containerd.ts';

/**
 * What an engine changes on a machine and leaves behind when it ends: bridges, firewall chains, forwarding. Noted
 * before our own engine starts, so that afterwards the machine is as it was found.
 */
export interface MachineNotes {
  links: string[];
  /** By file, what the kernel setting was; only those that an engine changes. */
  settings: Record<string, string>;
  /** `iptables` and `ip6tables`: the policy of FORWARD, and whether an engine's chains were there before. */
  firewalls: Record<string, { forward: string; hadEngineChains: boolean }>;
  /** `ip filter`, `ip nat`, ... */
  tables: string[];
  /** Files that an engine makes outside its own directories, those that were there. */
  files: string[];
}

const firewallPrograms = ['iptables', 'ip6tables'];
const firewallTables = ['filter', 'nat', 'mangle', 'raw'];
const settingFiles = [
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sys/net/ipv6/conf/all/forwarding',
  '/proc/sys/net/ipv6/conf/default/forwarding',
];
const engineFiles = ['/etc/docker/key.json', '/etc/docker', '/run/docker', '/run/containerd'];
const engineChain = /^DOCKER(-.*)?$/;

const rulesOf = async (program: string, table: string): Promise<string[]> => {
  const { stdout, code } = await runCommand([program, '-w', '-t', table, '-S']);
  // A kernel without that table (no IPv6, say) has nothing in it.
  return code === 0 ? stdout.trim().split('\n') : [];
};

const linkNames = async (): Promise<string[]> =>
  (JSON.parse(await mustRun("read this machine's links", ['ip', '-j', 'link'])) as { ifname: string }[]).map(
    ({ ifname }) => ifname,
  );

const tableNames = async (): Promise<string[]> =>
  (await mustRun("read this machine's firewall tables", ['nft', 'list', 'tables']))
    .split('\n')
    .filter((line) => line.startsWith('table '))
    .map((line) => line.slice('table '.length).trim());

export async function noteMachine(): Promise<MachineNotes> {
  // Tables first: to ask `iptables` for its rules makes them.
  const tables = await tableNames();
  const firewalls: MachineNotes['firewalls'] = {};
  for (const program of firewallPrograms) {
    const all = await Promise.all(firewallTables.map((table) => rulesOf(program, table)));
    firewalls[program] = {
      forward: all[0]?.find((rule) => rule.startsWith('-P FORWARD '))?.split(' ')[2] ?? 'ACCEPT',
      hadEngineChains: all.flat().some((rule) => /^-N DOCKER/.test(rule)),
    };
  }
  const settings: Record<string, string> = {};
  for (const file of settingFiles) if (existsSync(file)) settings[file] = (await readFile(file, 'utf8')).trim();
  return {
    links: await linkNames(),
    settings,
    firewalls,
    tables,
    files: [...engineFiles, optContainerd].filter((file) => existsSync(file)),
  };
}

interface EngineNetwork {
  Id: string;
  Name: string;
  Driver: string;
  Options: Record<string, string> | null;
}

/** The bridges of an engine's networks; asked while it runs. */
export async function engineBridges(socketPath: string): Promise<string[]> {
  const networks = JSON.parse(await askEngine(socketPath, '/networks', AbortSignal.timeout(10_000))) as EngineNetwork[];
  return networks
    .filter(({ Driver }) => Driver === 'bridge')
    .map(({ Id, Options }) => Options?.['com.docker.network.bridge.name'] ?? `br-${Id.slice(0, 12)}`);
}

async function clearFirewall(program: string, before: MachineNotes['firewalls'][string], bridges: Set<string>) {
  const change = (table: string, ...words: string[]) =>
    mustRun("take an engine's firewall rules away", [program, '-w', '-t', table, ...words]);
  for (const table of firewallTables) {
    const rules = (await rulesOf(program, table)).map((rule) => rule.split(' '));
    const chains = rules
      .filter(([verb, chain = '']) => verb === '-N' && engineChain.test(chain))
      .map(([, chain]) => chain!);
    // Emptied before removed, and what jumps to them first: a chain in use cannot go.
    for (const [verb, chain = '', ...rest] of rules) {
      const isEngines = rest.some((word) => engineChain.test(word) || bridges.has(word));
      const isMasquerade = chain === 'POSTROUTING' && rest.some((word) => bridges.has(word));
      if (verb === '-A' && !engineChain.test(chain) && (isEngines || isMasquerade))
        await change(table, '-D', chain, ...rest);
    }
    for (const chain of chains) await change(table, '-F', chain);
    for (const chain of chains) await change(table, '-X', chain);
  }
  if (
    (await rulesOf(program, 'filter')).some((rule) => rule.startsWith('-P FORWARD') && !rule.endsWith(before.forward))
  )
    await change('filter', '-P', 'FORWARD', before.forward);
}

interface RulesetEntry {
  rule?: unknown;
}

/** Tables that `iptables` made for itself and that hold no rule any more. */
async function dropEmptyTables(before: readonly string[]): Promise<void> {
  for (const name of await tableNames()) {
    const [, table = ''] = name.split(' ');
    if (before.includes(name) || !/^ip6? /.test(name) || !firewallTables.includes(table)) continue;
    const listing = await mustRun('look into a firewall table', ['nft', '-j', 'list', 'table', ...name.split(' ')]);
    const { nftables } = JSON.parse(listing) as { nftables: RulesetEntry[] };
    if (nftables.some(({ rule }) => rule !== undefined)) continue;
    await mustRun('drop an empty firewall table', ['nft', 'delete', 'table', ...name.split(' ')]);
  }
}

/** Undoes what our own engine, ended by now, did to the machine: only what was not there before. Safe to repeat. */
export async function restoreMachine(before: MachineNotes, bridges: readonly string[]): Promise<void> {
  const ours = bridges.filter((bridge) => !before.links.includes(bridge));
  for (const program of firewallPrograms) {
    const noted = before.firewalls[program];
    if (noted && !noted.hadEngineChains) await clearFirewall(program, noted, new Set(ours));
  }
  await dropEmptyTables(before.tables);
  for (const link of await linkNames())
    if (ours.includes(link)) await mustRun("take an engine's bridge away", ['ip', 'link', 'del', link]);
  for (const [file, value] of Object.entries(before.settings))
    if ((await readFile(file, 'utf8')).trim() !== value) await writeFile(file, value);
  for (const file of engineFiles) if (!before.files.includes(file)) await rm(file, { recursive: true, force: true });
  if (!before.files.includes(optContainerd)) await removeOptContainerd();
}
