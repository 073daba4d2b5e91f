import { describe, expect, it } from 'vitest';
import type { PortMapping } from './node-network.ts';
import { mapChange, mappingsIn, type NftListing, setChange, tableChange, unmapChange } from './port-map.ts';

const subnets = { node: '172.30.0.1/24', overlay: '10.7.0.0/16' };
const to = (toAddress: string, hostPort: number, given: Partial<PortMapping> = {}): PortMapping => ({
  ...{ protocol: 'tcp', hostPort, toAddress, toPort: 80, overlayAddress: '10.7.0.5' },
  ...given,
});

/** What `nft -j` prints of a table that was made from this text. */
const listed = (text: string, mappings: PortMapping[] = []): NftListing => {
  const chains = [...text.matchAll(/chain (\w+) \{\s+type (\w+) hook (\w+) priority (-?\d+);.*?\n([\s\S]*?)\n {2}\}/g)];
  const map = (name: string, addressOf: (mapping: PortMapping) => string | null) => ({
    map: {
      name,
      elem: mappings
        .map((m) => [{ concat: [m.protocol, m.hostPort] }, { concat: [addressOf(m)!, m.toPort] }])
        .filter((_, i) => addressOf(mappings[i]!) !== null) as [
        { concat: [string, number] },
        { concat: [string, number] },
      ][],
    },
  });
  return {
    nftables: [
      map('ports', ({ toAddress }) => toAddress),
      map('inside', ({ overlayAddress }) => overlayAddress),
      ...chains.map(([, name, type, hook, prio]) => ({ chain: { name: name!, type, hook, prio: Number(prio) } })),
      ...chains.flatMap(([, chain, , , , rules]) =>
        rules!.split('\n').map((rule) => ({ rule: { chain: chain!, comment: /comment "(.*)"/.exec(rule)?.[1] } })),
      ),
    ],
  };
};

describe('the table', () => {
  const text = tableChange(null, subnets)!;

  it('is made when there is none, and translates address and port before the engine does', () => {
    expect(text).toMatch(
      /^table ip restow \{\n {2}map ports \{ type inet_proto \. inet_service : ipv4_addr \. inet_service; \}\n {2}map inside \{ type/,
    );
    const lead = 'fib daddr type local dnat ip to meta l4proto . th dport map';
    expect(text).toMatch(/hook prerouting priority -110;/);
    expect(text).toMatch(/hook output priority -110;/);
    // Callers on the node network first, the rest after them.
    expect(text.split('\n').flatMap((line) => /^ +(.* map @\w+)/.exec(line)?.[1] ?? [])).toEqual([
      `iifname "rsnode0" ${lead} @inside`,
      `${lead} @ports`,
      `${lead} @ports`,
    ]);
    expect(text).toContain(
      'ct status dnat oifname "rsnode0" ip saddr { 127.0.0.0/8, 172.30.0.1/24, 10.7.0.0/16 } masquerade',
    );
    expect(text).toContain('ct status dnat oifname "rsov0" ip saddr 172.30.0.1/24 masquerade');
    expect(text).not.toMatch(/delete|add element/);
  });

  it('is left alone when it is right, whatever its elements', () => {
    expect(tableChange(listed(text), subnets)).toBeNull();
    expect(tableChange(listed(text, [to('172.30.0.2', 8080)]), subnets)).toBeNull();
  });

  it('is made anew with its elements, in one transaction, when anything else differs', () => {
    const right = listed(text, [to('172.30.0.2', 8080), to('172.30.0.3', 53, { overlayAddress: null })]).nftables;
    const ruleAt = right.findIndex(({ rule }) => rule);
    const chainAt = right.findIndex(({ chain }) => chain?.name === 'output');
    const wrong: Record<string, NftListing['nftables']> = {
      'a rule is gone': right.toSpliced(ruleAt, 1),
      'a rule is added': [...right, { rule: { chain: 'output' } }],
      'a rule is another version’s': right.with(ruleAt, { rule: { ...right[ruleAt]!.rule!, comment: 'restow old' } }),
      'a chain is gone': right.toSpliced(chainAt, 1),
      'a chain hooks elsewhere': right.with(chainAt, { chain: { ...right[chainAt]!.chain!, prio: -90 } }),
      'a chain is added': [...right, { chain: { name: 'more' } }],
    };
    for (const [what, nftables] of Object.entries(wrong)) {
      const change = tableChange({ nftables }, subnets);
      expect(change, what).toMatch(/^delete table ip restow\ntable ip restow \{/);
      expect(
        change!.split('\n').filter((line) => line.startsWith('add')),
        what,
      ).toEqual([
        'add element ip restow ports { tcp . 8080 : 172.30.0.2 . 80 }',
        'add element ip restow ports { tcp . 53 : 172.30.0.3 . 80 }',
        'add element ip restow inside { tcp . 8080 : 10.7.0.5 . 80 }',
      ]);
    }
    for (const other of [
      { ...subnets, node: '172.31.0.1/24' },
      { ...subnets, overlay: '10.8.0.0/16' },
    ])
      expect(tableChange({ nftables: right }, other)).toMatch(/^delete table/);
    // As another version made it: without a map.
    const older = right.filter(({ map }) => map?.name !== 'inside');
    expect(tableChange({ nftables: older }, subnets)).toMatch(/^delete table/);
  });
});

describe('the elements', () => {
  const present = [to('172.30.0.2', 8080), to('172.30.0.2', 8081), to('172.30.0.4', 53, { overlayAddress: null })];
  const before = listed('', present);
  const ends = (...addresses: string[]) => addresses.map((address) => ({ address, port: 80 }));

  it('are read back', () => {
    expect(mappingsIn(before)).toEqual(present);
    expect(mappingsIn({ nftables: [{ map: { name: 'ports' } }, { map: { name: 'other' } }] })).toEqual([]);
  });

  it('lead inside to the port they lead to outside, or it is as if they did not', () => {
    const crooked = listed('', [to('172.30.0.2', 8080)]);
    crooked.nftables[1]!.map!.elem![0]![1].concat[1] = 81;
    expect(mappingsIn(crooked)).toEqual([to('172.30.0.2', 8080, { overlayAddress: null })]);
    expect(mapChange(crooked, [to('172.30.0.2', 8080)]).text).toBe(
      'delete element ip restow inside { tcp . 8080 }\nadd element ip restow inside { tcp . 8080 : 10.7.0.5 . 80 }\n',
    );
  });

  it('are deleted and added in one transaction where they lead elsewhere, and left where they are right', () => {
    const wanted = [
      to('172.30.0.3', 8080),
      to('172.30.0.2', 8081),
      to('172.30.0.3', 8082, { overlayAddress: '10.7.0.6' }),
      to('172.30.0.4', 53, { overlayAddress: '10.7.0.7' }),
    ];
    expect(mapChange(before, wanted)).toEqual({
      text:
        'delete element ip restow ports { tcp . 8080 }\n' +
        'add element ip restow ports { tcp . 8080 : 172.30.0.3 . 80 }\n' +
        'add element ip restow ports { tcp . 8082 : 172.30.0.3 . 80 }\n' +
        'add element ip restow inside { tcp . 8082 : 10.7.0.6 . 80 }\n' +
        'add element ip restow inside { tcp . 53 : 10.7.0.7 . 80 }\n',
      changed: [
        { protocol: 'tcp', hostPort: 8080, ends: ends('172.30.0.3', '10.7.0.5') },
        { protocol: 'tcp', hostPort: 8082, ends: ends('172.30.0.3', '10.7.0.6') },
        { protocol: 'tcp', hostPort: 53, ends: ends('172.30.0.4', '10.7.0.7') },
      ],
    });
  });

  it('are taken away only where they still lead', () => {
    expect(unmapChange(before, [to('172.30.0.3', 8080), to('172.30.0.2', 8081), to('172.30.0.2', 8082)])).toEqual({
      text: 'delete element ip restow ports { tcp . 8081 }\ndelete element ip restow inside { tcp . 8081 }\n',
      changed: [{ protocol: 'tcp', hostPort: 8081, ends: [] }],
    });
  });

  it('are made the whole map: what is not wanted goes, what is missing comes, what is right stays', () => {
    const wanted = [to('172.30.0.2', 8080), to('172.30.0.9', 8081, { protocol: 'udp' })];
    expect(setChange(before, wanted)).toEqual({
      text:
        'delete element ip restow ports { tcp . 8081 }\n' +
        'delete element ip restow inside { tcp . 8081 }\n' +
        'delete element ip restow ports { tcp . 53 }\n' +
        'add element ip restow ports { udp . 8081 : 172.30.0.9 . 80 }\n' +
        'add element ip restow inside { udp . 8081 : 10.7.0.5 . 80 }\n',
      changed: [
        { protocol: 'tcp', hostPort: 8081, ends: [] },
        { protocol: 'tcp', hostPort: 53, ends: [] },
        { protocol: 'udp', hostPort: 8081, ends: ends('172.30.0.9', '10.7.0.5') },
      ],
    });
    expect(setChange(before, present)).toEqual({ text: '', changed: [] });
    expect(setChange(listed(''), [])).toEqual({ text: '', changed: [] });
  });
});
