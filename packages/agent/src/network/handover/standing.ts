import type { Handover } from './handovers.ts';
import { addressOfTable } from './names.ts';
import { marks } from './steering.ts';

/** What `nft -j -t list ruleset bridge` prints, as far as it is looked at here. */
export interface BridgeListing {
  nftables: { rule?: { table: string; chain: string; comment?: string } }[];
}

/**
 * A handover as the kernel has it; up to which version the endpoint table is overruled (`receiving`, settled); and the number
 * that tells its marks from those of handovers before (`here`, else 0).
 */
export type Standing = { handover: Handover; settledAt: number | null; generation: number };

const here = new RegExp(`^${marks.here('(\\d+)')}$`);
const towards = new RegExp(`^${marks.towards('(\\S+)')}$`);

/** The handovers of a listing. A table that was broken off before it was whole is none: it is made in one transaction. */
export const standingsIn = ({ nftables }: BridgeListing): Standing[] => {
  const byTable = Map.groupBy(
    nftables.flatMap(({ rule }) => (rule && addressOfTable(rule.table) !== null ? [rule] : [])),
    ({ table }) => table,
  );
  return [...byTable].flatMap(([table, rules]): Standing[] => {
    const address = addressOfTable(table)!;
    const commentsIn = (name: string) => rules.flatMap(({ chain, comment }) => (chain === name ? (comment ?? []) : []));
    const [kind = ''] = commentsIn('prerouting');
    const [led] = commentsIn('steer');
    const leads = led === 'old' || led === 'new' ? led : null;
    const underlay = towards.exec(kind)?.[1];
    const generation = Number(here.exec(kind)?.[1] ?? Number.NaN);
    if (!Number.isNaN(generation)) return [{ handover: { address, kind: 'here', leads }, settledAt: null, generation }];
    if (underlay) return [{ handover: { address, kind: 'towards', underlay, leads }, settledAt: null, generation: 0 }];
    if (kind !== marks.receiving) return [];
    const [version] = commentsIn('settled');
    const settledAt = version === undefined ? null : Number(version);
    return [{ handover: { address, kind: 'receiving', isSettled: settledAt !== null }, settledAt, generation: 0 }];
  });
};
