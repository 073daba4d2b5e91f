import { macOf } from '@restow/shared/domain/address';
import type { Endpoint } from '@restow/shared/domain/order';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anEndpoint } from '../../../../test/lib/an-endpoint.ts';
import { entryChangesSince, type Programmed, programmedBy } from './endpoint-changes.ts';
import { wantedEntries } from './endpoints.ts';

const here = { nodeId: 'n1', subnet: '10.7.0.0/16' };
const none: ReadonlySet<string> = new Set();
const endpoint = (slot: number, last: number, node = 'n2'): Endpoint =>
  anEndpoint({
    ...{ slotId: `slot-${slot}`, slotName: `slot-${slot}`, address: `10.7.0.${last}`, nodeId: node },
    underlay: `10.0.0.${node.slice(1)}`,
  });
const table = (...endpoints: Endpoint[]) => ({ version: 1, endpoints });
const linesFor = (before: Endpoint[], after: Endpoint[], ours = none) => {
  const since = entryChangesSince(programmedBy(table(...before), none), table(...after), here, ours);
  return since && [...since.changes.bridge, ...since.changes.ip];
};

test('a move to another node is one line, whatever else there is', () => {
  const others = Array.from({ length: 200 }, (_, at) => endpoint(at + 10, at + 10));
  expect(linesFor([...others, endpoint(1, 1, 'n2')], [...others, endpoint(1, 1, 'n3')])).toEqual([
    `fdb replace ${macOf('10.7.0.1')} dev rsvx0 dst 10.0.0.3 self static`,
  ]);
});

test('a move to this node takes the way to the old one away, and keeps the neighbour', () => {
  const mac = macOf('10.7.0.1');
  const gone = [`fdb del ${mac} dev rsvx0 master`, `fdb del ${mac} dev rsvx0 dst 10.0.0.2 self`];
  expect(linesFor([endpoint(1, 1)], [endpoint(1, 1, 'n1')])).toEqual(gone);
  expect(linesFor([endpoint(1, 1)], [endpoint(1, 1)], new Set(['10.7.0.1']))).toEqual(gone);
});

test('an address that goes from one slot to another is told apart by nothing but where it lives', () =>
  expect(linesFor([endpoint(1, 1)], [endpoint(2, 1)])).toEqual([]));

test('an address that two slots have is for the comparison of all of it', () =>
  expect(linesFor([endpoint(1, 1)], [endpoint(1, 1), endpoint(2, 1)])).toBeNull());

/** A kernel on paper: what the lines make of it. */
class Paper {
  readonly rows = new Map<string, string>();

  run(lines: readonly string[]): void {
    for (const line of lines) {
      const [, verb, key = '', , , ...rest] = line.split(' ');
      const where = line.startsWith('neigh') ? 'neigh' : rest.includes('master') ? 'master' : 'self';
      const value = where === 'self' ? rest[1]! : where === 'neigh' ? (line.split(' ')[4] ?? '') : '';
      const at = `${where} ${key}`;
      if (verb === 'del') expect(this.rows.delete(at), line).toBe(true);
      else this.rows.set(at, value);
    }
  }
}

test('after any tables the kernel holds what the last one wants, and no line takes away what is not there', () => {
  const someTable = fc
    .uniqueArray(fc.record({ slot: fc.integer({ min: 1, max: 9 }), node: fc.constantFrom('n1', 'n2', 'n3') }), {
      selector: ({ slot }) => slot,
    })
    .chain((slots) =>
      fc.record({
        endpoints: fc
          .shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { minLength: slots.length, maxLength: slots.length })
          .map((addresses) => slots.map(({ slot, node }, at) => endpoint(slot, addresses[at]!, node))),
        ours: fc.subarray(['10.7.0.1', '10.7.0.2']).map((all) => new Set(all)),
      }),
    );
  fc.assert(
    fc.property(fc.array(someTable, { minLength: 1, maxLength: 6 }), (tables) => {
      const kernel = new Paper();
      let programmed: Programmed = programmedBy(table(), none);
      for (const { endpoints, ours } of tables) {
        const since = entryChangesSince(programmed, table(...endpoints), here, ours)!;
        kernel.run([...since.changes.bridge, ...since.changes.ip]);
        programmed = since.changed();
        const wanted = wantedEntries(table(...endpoints), here.nodeId, here.subnet, ours);
        expect(Object.fromEntries([...kernel.rows].sort())).toEqual(
          Object.fromEntries(
            [
              ...[...wanted.self].map(([mac, dst]) => [`self ${mac}`, dst] as const),
              ...[...wanted.master].map((mac) => [`master ${mac}`, ''] as const),
              ...[...wanted.neighbours].map(([address]) => [`neigh ${address}`, macOf(address)] as const),
            ].sort(),
          ),
        );
      }
    }),
  );
});
