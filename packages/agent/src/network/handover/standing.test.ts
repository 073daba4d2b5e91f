import { describe, expect, it } from 'vitest';
import { type BridgeListing, standingsIn } from './standing.ts';

type Rule = NonNullable<BridgeListing['nftables'][number]['rule']>;
const table = 'restow-0a070005';
const address = '10.7.0.5';
const listing = (...rules: Partial<Rule>[]): BridgeListing => ({
  nftables: rules.map((rule) => ({ rule: { table, chain: 'prerouting', ...rule } })),
});

describe('how far a handover is', () => {
  it.each([
    ['begun here', [{ comment: 'restow here 7' }], { kind: 'here', leads: null }, 7],
    [
      'here',
      [{ comment: 'restow here 7' }, { chain: 'steer', comment: 'old' }, { chain: 'steer' }],
      { leads: 'old' },
      7,
    ],
    [
      'flipped',
      [{ comment: 'restow here 7' }, {}, { chain: 'steer', comment: 'new' }],
      { kind: 'here', leads: 'new' },
      7,
    ],
    [
      'to another node',
      [{ comment: 'restow towards 192.0.2.2' }, { chain: 'steer', comment: 'old' }],
      { kind: 'towards', underlay: '192.0.2.2', leads: 'old' },
      0,
    ],
    ['received', [{ comment: 'restow receiving' }], { kind: 'receiving', isSettled: false }, 0],
  ])('is told by what is written on its rules: %s', (_, rules, handover, generation) => {
    expect(standingsIn(listing(...rules))).toEqual([
      { handover: expect.objectContaining({ address, ...handover }), settledAt: null, generation },
    ]);
  });

  it('is told with the version of the table it overrules, once it is settled', () => {
    const settled = listing({ comment: 'restow receiving' }, { chain: 'settled', comment: '17' });
    expect(standingsIn(settled)).toEqual([
      { handover: { address, kind: 'receiving', isSettled: true }, settledAt: 17, generation: 0 },
    ]);
  });

  it('is nothing where another program’s table is, or one whose rules nobody knows', () => {
    expect(standingsIn(listing({ table: 'filter', comment: 'restow here 7' }, { comment: 'mine' }, {}))).toEqual([]);
    expect(standingsIn({ nftables: [] })).toEqual([]);
  });

  it('is told of several at once', () => {
    const both = listing({ comment: 'restow receiving' }, { table: 'restow-0a070006', comment: 'restow here 7' });
    expect(standingsIn(both).map(({ handover }) => handover.address)).toEqual(['10.7.0.5', '10.7.0.6']);
  });
});
