import { macOf } from '@restow/shared/domain/address';
import { linkNames } from '../node-network.ts';
import type { Connection, PortRelay } from './handovers.ts';
import { hostMark, markOfNew, secondMac, tableOf, temporaryEnd } from './names.ts';

/*
 * Texts for `nft -f -`. Pure.
 *
 * Frames for the slot's address carry its MAC. While its address has two holders, the bridge gives those that are for the
 * other one than that MAC leads to the second MAC, before it looks where they go. Sets, each of (peer, port, address,
 * port) as a packet to the address has it:
 *   pins  TCP connections of the old one, as they were at the flip, and those that it opened
 *   syns  connections begun in the last seconds: they may not have been seen as the pins were read
 *   mine  TCP connections that the new one opens
 *   heard, asked_old, asked_new  the same for UDP, which has no beginning: who was heard first does not answer but asks
 */

const { vxlan } = linkNames;

/** Between the reading of the old one's connections and the transaction that needs them; with much to spare. */
const recentSeconds = 10;
/** Whoever asks by UDP has its answer by then. */
const askedSeconds = 30;

const most = 262_144;
const beforeAll = -300;
/** The address a packet is led to is known by then, and its way is not chosen yet. */
const afterNat = -50;

const tuple = 'type ipv4_addr . inet_service . ipv4_addr . inet_service';
const set = (name: string, flags = 'dynamic,timeout'): string =>
  `  set ${name} { ${tuple}; flags ${flags}; size ${most}; }`;

const tcp = 'ip saddr . tcp sport . ip daddr . tcp dport';
const udp = 'ip saddr . udp sport . ip daddr . udp dport';
/** The tuple of the answers to a packet. */
const tcpAnswer = 'ip daddr . tcp dport . ip saddr . tcp sport';
const udpAnswer = 'ip daddr . udp dport . ip saddr . udp sport';
const isFirst = 'tcp flags & (syn | ack) == syn';
const isAccepted = 'tcp flags & (syn | ack) == (syn | ack)';

/** Of a kind of handover, and whom new connections go to: written on rules, since the kernel is asked how far it is. */
export const marks = {
  here: (generation: number | string) => `restow here ${generation}`,
  towards: (underlay: string) => `restow towards ${underlay}`,
  receiving: 'restow receiving',
} as const;

const sets = [set('pins', 'dynamic'), set('syns'), set('mine', 'dynamic'), set('heard'), set('asked_old')];

/** Makes the table of a handover on one node; it leads nobody yet. */
export const hereTable = (address: string, generation: number): string => {
  const [old, fresh, end] = [secondMac(address), macOf(address), temporaryEnd(address)];
  return `table bridge ${tableOf(address)} {
${[...sets, set('asked_new')].join('\n')}
  chain steer { }
  chain prerouting {
    type filter hook prerouting priority ${beforeAll}; policy accept;
    iifname "${end}" arp operation reply arp saddr ether set ${fresh} comment "${marks.here(generation)}"
    ether saddr ${old} ip saddr ${address} ${isFirst} add @pins { ${tcpAnswer} }
    ether saddr ${old} ip saddr ${address} ${udpAnswer} != @heard add @asked_old { ${udpAnswer} timeout ${askedSeconds}s }
    ether saddr ${fresh} ip saddr ${address} ${isFirst} add @mine { ${tcpAnswer} }
    ether saddr ${fresh} ip saddr ${address} meta l4proto udp add @asked_new { ${udpAnswer} timeout ${askedSeconds}s }
    ip daddr ${address} jump steer
  }
  chain forward {
    type filter hook forward priority ${beforeAll}; policy accept;
    iifname "${end}" arp operation request arp saddr ip set 0.0.0.0
  }
  chain input {
    type filter hook input priority ${beforeAll}; policy accept;
    iifname "${end}" arp operation request arp saddr ip set 0.0.0.0
  }
}
`;
};

/** Makes the table of a handover to another node, on the old one's; it leads nobody yet. */
export const towardsTable = (address: string, underlay: string): string => `table bridge ${tableOf(address)} {
${sets.join('\n')}
  chain steer { }
  chain prerouting {
    type filter hook prerouting priority ${beforeAll}; policy accept;
    iifname != "${vxlan}" ip saddr ${address} ${isFirst} add @pins { ${tcpAnswer} } comment "${marks.towards(underlay)}"
    iifname != "${vxlan}" ip saddr ${address} ${udpAnswer} != @heard add @asked_old { ${udpAnswer} timeout ${askedSeconds}s }
    ip daddr ${address} jump steer
  }
}
`;

/** Makes the table of a handover to this node. */
export const receivingTable = (address: string): string => `table bridge ${tableOf(address)} {
${set('asked_new')}
  chain settled { }
  chain prerouting {
    type filter hook prerouting priority ${beforeAll}; policy accept;
    iifname != "${vxlan}" arp operation reply arp daddr ip ${address} ether daddr set ${secondMac(address)} comment "${marks.receiving}"
    iifname != "${vxlan}" ip saddr ${address} meta l4proto udp add @asked_new { ${udpAnswer} timeout ${askedSeconds}s }
    iifname != "${vxlan}" ip daddr ${address} ${udp} @asked_new ether daddr set ${secondMac(address)}
  }
  chain postrouting {
    type filter hook postrouting priority 300; policy accept;
    ether daddr ${secondMac(address)} ether daddr set ${macOf(address)}
  }
}
`;

/** Says on the kernel itself that this node forwards by itself, whatever a table up to that version says. */
export const markSettled = (address: string, version: number): string =>
  `flush chain bridge ${tableOf(address)} settled\nadd rule bridge ${tableOf(address)} settled return comment "${version}"\n`;

const tupleOf = ({ local, remote }: Connection): string =>
  `${remote.address} . ${remote.port} . ${local.address} . ${local.port}`;

/** Adds connections to a set; nothing for none. */
export const keeping = (address: string, into: 'pins' | 'mine', connections: readonly Connection[]): string => {
  const tuples = [...new Set(connections.map(tupleOf))];
  return tuples.length === 0 ? '' : `add element bridge ${tableOf(address)} ${into} { ${tuples.join(', ')} }\n`;
};

const steerRules = (kind: 'here' | 'towards', to: 'old' | 'new', address: string): string[] => {
  const toSecond = `ether daddr set ${secondMac(address)}`;
  const rules = {
    here: {
      old: [
        `${tcp} @mine accept`,
        `${udp} @asked_new accept`,
        `${isFirst} update @syns { ${tcp} timeout ${recentSeconds}s }`,
        `meta l4proto udp update @heard { ${udp} timeout ${askedSeconds}s }`,
        toSecond,
      ],
      new: [
        `${tcp} @mine accept`,
        `${isFirst} delete @pins { ${tcp} } delete @syns { ${tcp} } accept`,
        `${tcp} @pins ${toSecond} accept`,
        `${tcp} @syns ${toSecond} accept`,
        `${udp} @asked_new accept`,
        `${udp} @asked_old ${toSecond}`,
      ],
    },
    towards: {
      old: [
        `${isAccepted} ${tcp} != @pins add @mine { ${tcp} }`,
        `${tcp} @mine ${toSecond} accept`,
        `${isFirst} update @syns { ${tcp} timeout ${recentSeconds}s }`,
        `meta l4proto udp update @heard { ${udp} timeout ${askedSeconds}s }`,
      ],
      new: [
        `${tcp} @mine ${toSecond} accept`,
        `${isFirst} delete @pins { ${tcp} } delete @syns { ${tcp} } ${toSecond} accept`,
        `${tcp} @pins accept`,
        `${tcp} @syns accept`,
        `${udp} @asked_old accept`,
        toSecond,
      ],
    },
  } as const;
  return rules[kind][to].map((rule, i) => (i === 0 ? `${rule} comment "${to}"` : rule));
};

/**
 * The same for what this node routes itself, told apart by the mark of a flow: what began after the flip has that of this
 * handover, and all else is the old one's, however many they are. Whoever asks by UDP is led anew with each question: what it
 * asks by lasts, through several handovers too. An answer that comes while the kernel has forgotten what it answers
 * (kept-flows.ts) is not refused: it comes again.
 */
const hostTable = (to: 'old' | 'new', address: string, generation: number): string => `table ip ${tableOf(address)} {
  chain lead {
    ct direction original meta l4proto udp ct mark set ${to === 'old' ? hostMark : markOfNew(generation)}
    ct direction original ${isFirst} ct mark set ${to === 'old' ? hostMark : markOfNew(generation)}
    ct mark != ${markOfNew(generation)} meta mark set ${hostMark}
  }
  chain prerouting {
    type filter hook prerouting priority ${afterNat}; policy accept;
    ip daddr ${address} jump lead
  }
  chain output {
    type route hook output priority ${afterNat}; policy accept;
    ip daddr ${address} jump lead
  }
  chain input {
    type filter hook input priority 0; policy accept;
    ip saddr ${address} ct state { new, invalid } tcp flags & (syn | ack) == ack drop
  }
}
`;

/** Leads new connections to the old or the new instance. */
export const leading = (
  kind: 'here' | 'towards',
  to: 'old' | 'new',
  { address, generation }: { address: string; generation: number },
): string => {
  const chain = `bridge ${tableOf(address)} steer`;
  const rules = steerRules(kind, to, address).map((rule) => `add rule ${chain} ${rule}`);
  const host = kind === 'here' ? withoutTable('ip', address) + hostTable(to, address, generation) : '';
  return `${[`flush chain ${chain}`, ...rules].join('\n')}\n${host}`;
};

/** What the old instance sent by its docked end was taken for the new one's, which is not there yet. */
export const forgetMine = (address: string): string =>
  ['mine', 'asked_new'].map((name) => `flush set bridge ${tableOf(address)} ${name}\n`).join('');

/** Leads nobody: frames go by the slot's own MAC. */
export const leadNobody = (address: string): string =>
  `flush chain bridge ${tableOf(address)} steer\n${withoutTable('ip', address)}`;

/** Lets what is relayed through, and tells it from what an owner leads elsewhere. */
export const relayMark = '0x5200';

/** Has callers of these ports answered by another node; before the port map, whose elements lead to the old instance. */
export const relayTable = (address: string, { underlay, ports }: PortRelay): string => {
  const lines = ports.map(({ protocol, hostPort, thereHostPort }) => ({
    lead: `fib daddr type local ip daddr != 127.0.0.0/8 ${protocol} dport ${hostPort} ct mark set ${relayMark} dnat to ${underlay}:${thereHostPort}`,
    answer: `ct status dnat ct mark ${relayMark} ip daddr ${underlay} ${protocol} dport ${thereHostPort} masquerade`,
  }));
  const chain = (hook: string, priority: number, rules: string[]) =>
    `  chain ${hook} {\n    type nat hook ${hook} priority ${priority}; policy accept;\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n`;
  const leads = lines.map(({ lead }) => lead);
  const answers = lines.map(({ answer }) => answer);
  return `table ip ${tableOf(address)} {\n${chain('prerouting', -111, leads)}${chain('output', -111, leads)}${chain('postrouting', 89, answers)}}\n`;
};

/** Takes a table away, whether it is there or not. */
export const withoutTable = (family: 'bridge' | 'ip', address: string): string =>
  `add table ${family} ${tableOf(address)}\ndelete table ${family} ${tableOf(address)}\n`;
