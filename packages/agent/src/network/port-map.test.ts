import { describe, expect, it } from 'vitest';
import type { PortMapping } from './node-network.ts';
import { elementsOf, mapChange, type NftListing, tableChange, unmapChange } from './port-map.ts';

const subnet = '172.30.0.1/24';
const to = (toAddress: string, hostPort: number): PortMapping => ({ protocol: 'tcp', hostPort, toAddress, toPort: 80 });

/** What `nft -j` prints of a table that was made from this text. */
const listed = (text: string, elements: PortMapping[] = []): NftListing => {
  const chains = [...text.matchAll(/chain (\w+) \{\s+type (\w+) hook (\w+) priority (-?\d+);.*?\n([\s\S]*?)\n {2}\}/g)];
  return {
    nftables: [
      {
        map: {
          name: 'ports',
          elem: elements.map((m) => [{ concat: [m.protocol, m.hostPort] }, { concat: [m.toAddress, m.toPort] }]),
        },
      },
      ...chains.map(([, name, type, hook, prio]) => ({ chain: { name: name!, type, hook, prio: Number(prio) } })),
      ...chains.flatMap(([, chain, , , , rules]) =>
        rules!.split('\n').map((rule) => ({ rule: { chain: chain!, comment: /comment "(.*)"/.exec(rule)?.[1] } })),
      ),
    ],
  };
};

describe('the table', () => {
  const text = tableChange(null, subnet)!;

  it('is made when there is none, and translates address and port before the engine does', () => {
    expect(text).toMatch(
      /^table ip restow \{\n {2}map ports \{ type inet_proto \. inet_service : ipv4_addr \. inet_service; \}/,
    );
    for (const hook of ['prerouting', 'output'])
      expect(text).toMatch(
        new RegExp(
          `hook ${hook} priority -110; policy accept;\n +fib daddr type local dnat ip to meta l4proto \\. th dport map @ports`,
        ),
      );
    expect(text).toMatch(/ct status dnat oifname "rsnode0" ip saddr 127\.0\.0\.0\/8 masquerade/);
    expect(text).toMatch(/ct status dnat oifname "rsnode0" ip saddr 172\.30\.0\.1\/24 masquerade/);
    expect(text).not.toMatch(/delete/);
  });

  it('is left alone when it is right, whatever its elements', () => {
    expect(tableChange(listed(text), subnet)).toBeNull();
    expect(tableChange(listed(text, [to('172.30.0.2', 8080)]), subnet)).toBeNull();
  });

  it('is made anew with its elements, in one transaction, when anything else differs', () => {
    const right = listed(text, [to('172.30.0.2', 8080)]).nftables;
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
      const change = tableChange({ nftables }, subnet);
      expect(change, what).toMatch(/^delete table ip restow\ntable ip restow \{/);
      expect(change, what).toContain('add element ip restow ports { tcp . 8080 : 172.30.0.2 . 80 }');
    }
    expect(tableChange({ nftables: right }, '172.31.0.1/24')).toMatch(/^delete table/);
  });
});

describe('the elements', () => {
  const present = [to('172.30.0.2', 8080), to('172.30.0.2', 8081)];

  it('are read back', () => {
    expect(elementsOf(listed('', present))).toEqual(present);
    expect(elementsOf({ nftables: [{ map: { name: 'ports' } }, { map: { name: 'other' } }] })).toEqual([]);
  });

  it('are deleted and added in one transaction where they lead elsewhere, and left where they are right', () => {
    expect(mapChange(present, [to('172.30.0.3', 8080), to('172.30.0.2', 8081), to('172.30.0.3', 8082)])).toEqual({
      text:
        'delete element ip restow ports { tcp . 8080 }\n' +
        'add element ip restow ports { tcp . 8080 : 172.30.0.3 . 80 }\n' +
        'add element ip restow ports { tcp . 8082 : 172.30.0.3 . 80 }\n',
      changed: [to('172.30.0.3', 8080), to('172.30.0.3', 8082)],
    });
  });

  it('are taken away only where they still lead', () => {
    expect(unmapChange(present, [to('172.30.0.3', 8080), to('172.30.0.2', 8081), to('172.30.0.2', 8082)])).toEqual({
      text: 'delete element ip restow ports { tcp . 8081 }\n',
      changed: [to('172.30.0.2', 8081)],
    });
  });
});
