import { type Strategy, strategies } from '@restow/shared/domain/service';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aNode, aPort, aRequest, aSlot } from '../../../../test/lib/a-cluster.ts';
import type { PlacementNode, PlacementRequest, PlacementSlot } from './cluster-view.ts';
import { explainPlacing } from './explain.ts';
import { placeSlots } from './place-slots.ts';

const clusters = { numRuns: 10_000 };
const tags = fc.subarray(['prod', 'ssd', 'eu', 'gpu']);
const someNodes = (node: fc.Arbitrary<Partial<PlacementNode>>) =>
  fc.array(node, { maxLength: 7 }).map((all) => all.map((changes, at) => aNode(`n${at + 1}`, changes)));

const busyNodes = someNodes(
  fc.record({
    tags,
    availability: fc.constantFrom('active', 'active', 'active', 'cordoned'),
    unreachableSince: fc.constantFrom(null, null, null, 1),
    otherContainers: fc.nat(5),
    portsInUse: fc.constantFrom(
      [],
      [],
      [{ protocol: 'tcp', port: 80, holder: { kind: 'container', containerName: 'c' } }],
    ),
  }),
);
const someSlots = fc
  .array(fc.record({ on: fc.option(fc.integer({ min: 1, max: 7 })), hasVolume: fc.boolean() }), { maxLength: 8 })
  .map((all) =>
    all.map(({ on, hasVolume }, at) =>
      aSlot(at + 1, on === null ? null : `n${on}`, hasVolume && on !== null ? [`volume-${at + 1}`] : []),
    ),
  );
const requests: fc.Arbitrary<PlacementRequest> = fc
  .record({
    nodes: busyNodes,
    slots: someSlots,
    strategy: fc.constantFrom(...strategies),
    wanted: fc.subarray(['prod', 'ssd'], { maxLength: 1 }),
    hasPort: fc.boolean(),
  })
  .map(({ nodes, slots, strategy, wanted, hasPort }) =>
    aRequest(nodes, slots, { strategy, tags: wanted, ports: hasPort ? [aPort(80)] : [] }),
  );

/** What the strategies say, as plainly as it can be said: look at every node for every slot. */
const reference = ({ nodes, slots, definition }: PlacementRequest): string[] => {
  const { strategy } = definition;
  const here: Record<string, number> = {};
  const homes = slots.filter((slot) => slot.pinnedVolumes.length === 0).map(({ currentNodeId }) => currentNodeId);
  const single = strategy === 'EVERY_NODE' || definition.ports.length > 0;
  const fits = (slot: PlacementSlot, node: PlacementNode) =>
    definition.tags.every((tag) => node.tags.includes(tag)) &&
    node.unreachableSince === null &&
    (definition.ports.length === 0 || node.portsInUse.length === 0) &&
    (node.availability === 'active' || (slot.pinnedVolumes.length > 0 && slot.currentNodeId === node.id)) &&
    slot.pinnedVolumes.every(({ nodeId }) => nodeId === node.id) &&
    !(single && here[node.id]);
  const weight: Record<Strategy, (node: PlacementNode) => number> = {
    EMPTIEST_NODE: (node) => node.otherContainers + (here[node.id] ?? 0),
    HIGH_AVAILABILITY: (node) => (here[node.id] ?? 0) * 1000 + node.otherContainers,
    EVERY_NODE: () => 0,
  };
  const pinnedFirst = [...slots].sort((a, b) => b.pinnedVolumes.length - a.pinnedVolumes.length || a.index - b.index);
  for (const slot of pinnedFirst) {
    const [best] = nodes
      .filter((node) => fits(slot, node))
      .sort(
        (a, b) =>
          weight[strategy](a) - weight[strategy](b) ||
          Number(homes.includes(b.id)) - Number(homes.includes(a.id)) ||
          (a.name < b.name ? -1 : 1),
      );
    if (!best) continue;
    here[best.id] = (here[best.id] ?? 0) + 1;
    if (slot.pinnedVolumes.length === 0 && homes.includes(best.id)) homes.splice(homes.indexOf(best.id), 1);
  }
  return Object.entries(here)
    .flatMap(([id, count]) => Array(count).fill(id))
    .sort();
};

describe('on thousands of random clusters', () => {
  test('TAG-02: a slot is placed exactly where a node carries all tags', () =>
    fc.assert(
      fc.property(someNodes(fc.record({ tags })), tags, fc.nat(5), (nodes, wanted, count) => {
        const carrying = nodes.filter((node) => wanted.every((tag) => node.tags.includes(tag)));
        const { turns, left } = placeSlots(aRequest(nodes, count, { tags: wanted }));
        expect(turns).toHaveLength(carrying.length > 0 ? count : 0);
        expect(left).toHaveLength(carrying.length > 0 ? 0 : count);
        for (const { node } of turns) expect(carrying).toContain(node);
      }),
      clusters,
    ));

  test('every node gets as many slots as the plain reference gives it', () =>
    fc.assert(
      fc.property(requests, (request) => {
        const { turns, left } = placeSlots(request);
        expect(turns.map(({ node }) => node.id).sort()).toEqual(reference(request));
        expect(turns.length + left.length).toBe(request.slots.length);
      }),
      clusters,
    ));

  test('of the slots on a node, as many stay as the node keeps places', () =>
    fc.assert(
      fc.property(requests, (request) => {
        const { turns } = placeSlots(request);
        const free = request.slots.filter(({ pinnedVolumes }) => pinnedVolumes.length === 0);
        for (const node of request.nodes) {
          const kept = turns.filter((turn) => turn.node === node && turn.slot.pinnedVolumes.length === 0);
          const were = free.filter(({ currentNodeId }) => currentNodeId === node.id);
          const stay = kept.filter(({ slot }) => slot.currentNodeId === node.id);
          expect(stay).toHaveLength(Math.min(kept.length, were.length));
        }
      }),
      { numRuns: 3000 },
    ));

  test('what was just placed is placed the same way again', () =>
    fc.assert(
      fc.property(requests, (request) => {
        const first = placeSlots(request).turns;
        const slots = first.map(({ slot, node }) => ({ ...slot, currentNodeId: node.id }));
        for (const { slot, node } of placeSlots({ ...request, slots }).turns) expect(node.id).toBe(slot.currentNodeId);
      }),
      { numRuns: 3000 },
    ));

  test('the order in which nodes and slots are given does not matter', () =>
    fc.assert(
      fc.property(requests, (request) => {
        const turned = { ...request, nodes: [...request.nodes].reverse(), slots: [...request.slots].reverse() };
        expect(placeSlots(turned)).toEqual(placeSlots(request));
      }),
      { numRuns: 3000 },
    ));

  test('every slot has a verdict for every node, and no node is passed over without a reason', () =>
    fc.assert(
      fc.property(requests, (request) => {
        const explained = explainPlacing(request, placeSlots(request));
        for (const { verdicts } of explained.ok ? explained.value : explained.refusal) {
          expect(verdicts).toHaveLength(request.nodes.length);
          for (const { fits, reasons, score } of verdicts) {
            expect(reasons.length === 0).toBe(fits);
            expect(score !== null).toBe(fits);
          }
        }
        if (explained.ok)
          for (const { verdicts, nodeId } of explained.value)
            expect(verdicts.find((verdict) => verdict.nodeId === nodeId)?.fits).toBe(true);
        else
          for (const { verdicts, waysOut } of explained.refusal) {
            expect(verdicts.every(({ fits }) => !fits)).toBe(true);
            expect(waysOut).not.toEqual([]);
          }
      }),
      { numRuns: 3000 },
    ));
});
