import type { Strategy } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { aNode, aSlot } from '../../../../test/lib/a-cluster.ts';
import type { PlacementNode, PlacementSlot } from './cluster-view.ts';
import { scaledSlots, wantedSlots } from './wanted-slots.ts';

const wanted = (
  { strategy = 'EMPTIEST_NODE' as Strategy, count = 1, tags = [] as string[] },
  existing: PlacementSlot[],
  nodes: PlacementNode[] = [aNode('n1')],
) => {
  const { wanted: stay, leaving, outOfReach } = wantedSlots('web', { strategy, count, tags }, existing, nodes);
  const indexes = (slots: PlacementSlot[]) => slots.map(({ index }) => index);
  return {
    wanted: indexes(stay),
    new: indexes(stay.filter(({ id }) => id === null)),
    leaving: indexes(leaving),
    outOfReach: indexes(outOfReach),
  };
};

describe('by count', () => {
  test('the first deployment makes all', () =>
    expect(wanted({ count: 3 }, [])).toEqual({ wanted: [1, 2, 3], new: [1, 2, 3], leaving: [], outOfReach: [] }));
  test('more get the lowest free indexes', () =>
    expect(wanted({ count: 4 }, [aSlot(1, 'n1'), aSlot(3, 'n1')])).toMatchObject({
      wanted: [1, 2, 3, 4],
      new: [2, 4],
    }));
  test('fewer: the highest go, whatever order they come in', () =>
    expect(wanted({ count: 1 }, [aSlot(3, 'n1'), aSlot(1, 'n1'), aSlot(2, 'n1')])).toMatchObject({
      wanted: [1],
      leaving: [2, 3],
    }));
  test('a slot on a node that does not answer is wanted like any other', () =>
    expect(wanted({ count: 1 }, [aSlot(1, 'n1')], [aNode('n1', { unreachableSince: 1 })])).toMatchObject({
      wanted: [1],
      outOfReach: [],
    }));
});

describe('EVERY_NODE (STR-03, TAG-05)', () => {
  const every = { strategy: 'EVERY_NODE' as const };
  const three = [aNode('n1'), aNode('n2'), aNode('n3')];

  test('one for each node that matches, is active and answers', () =>
    expect(
      wanted(
        { ...every, tags: ['prod'] },
        [],
        [
          aNode('n1', { tags: ['prod'] }),
          aNode('n2'),
          aNode('n3', { tags: ['prod'], availability: 'cordoned' }),
          aNode('n4', { tags: ['prod', 'ssd'] }),
          aNode('n5', { tags: ['prod'], unreachableSince: 1 }),
        ],
      ).wanted,
    ).toEqual([1, 2]));
  test('a node that joined gets the lowest free index; the others keep theirs', () =>
    expect(wanted(every, [aSlot(1, 'n1'), aSlot(3, 'n3')], three)).toMatchObject({ wanted: [1, 2, 3], new: [2] }));
  test('a slot of a node that left the set goes', () =>
    expect(
      wanted(every, [aSlot(1, 'n1'), aSlot(2, 'n2')], [aNode('n1'), aNode('n2', { availability: 'cordoned' })]),
    ).toMatchObject({ wanted: [1], leaving: [2] }));
  test('... or takes over a node that has none', () =>
    expect(
      wanted(
        every,
        [aSlot(1, 'n1'), aSlot(2, 'n2')],
        [aNode('n1', { availability: 'cordoned' }), aNode('n2'), aNode('n3')],
      ),
    ).toMatchObject({ wanted: [1, 2], new: [], leaving: [] }));
  test('a lost node: its slot is left as it is, and not doubled elsewhere', () =>
    expect(
      wanted(every, [aSlot(1, 'n1'), aSlot(2, 'n2')], [aNode('n1'), aNode('n2', { unreachableSince: 1 })]),
    ).toEqual({ wanted: [1], new: [], leaving: [], outOfReach: [2] }));
  test('a slot with data on a node out of the set is not removed in silence', () =>
    expect(
      wanted(
        { ...every, tags: ['prod'] },
        [aSlot(1, 'n1', ['a']), aSlot(2, 'n2', ['b'])],
        [aNode('n1', { tags: ['prod'] }), aNode('n2')],
      ),
    ).toMatchObject({ wanted: [1, 2], leaving: [] }));
  test('two on one node: the higher goes, with or without data', () => {
    expect(wanted(every, [aSlot(1, 'n1'), aSlot(2, 'n1')])).toMatchObject({ wanted: [1], leaving: [2] });
    expect(wanted(every, [aSlot(1, 'n1', ['a']), aSlot(2, 'n1', ['b'])])).toMatchObject({ wanted: [1], leaving: [2] });
  });
  test('with no node in the set there is something to refuse all the same', () => {
    expect(wanted({ ...every, tags: ['prod'] }, []).wanted).toEqual([1]);
    expect(wanted(every, [aSlot(1, 'n1')], [aNode('n1', { unreachableSince: 1 })]).wanted).toEqual([1]);
    expect(wanted(every, [aSlot(2, 'n1')], [aNode('n1', { availability: 'cordoned' })]).wanted).toEqual([2]);
  });
});

describe('a scale', () => {
  const scaled = (
    to: number | 'nodes',
    existing: PlacementSlot[],
    nodes: PlacementNode[] = [aNode('n1'), aNode('n2')],
    tags: string[] = [],
  ) => {
    const { standing, wanted: made, leaving } = scaledSlots('web', tags, to, existing, nodes);
    const indexes = (slots: PlacementSlot[]) => slots.map(({ index }) => index);
    return { standing: indexes(standing), made: indexes(made), leaving: indexes(leaving) };
  };

  test('up: what runs stands, and new ones get the lowest free indexes', () =>
    expect(scaled(4, [aSlot(1, 'n1'), aSlot(3, 'n1')])).toEqual({ standing: [1, 3], made: [2, 4], leaving: [] }));
  test('down: the highest go, the others stand', () =>
    expect(scaled(1, [aSlot(2, 'n2'), aSlot(1, 'n1')])).toEqual({ standing: [1], made: [], leaving: [2] }));
  test('a slot in which nothing runs is made before a new one', () =>
    expect(scaled(3, [aSlot(1, 'n1'), aSlot(2, null)])).toEqual({ standing: [1], made: [2, 3], leaving: [] }));

  test('to nodes: one more for each that fits and has none, and nothing ends', () => {
    const nodes = [
      aNode('n1'),
      aNode('n2', { tags: ['fit'] }),
      aNode('n3', { tags: ['fit'] }),
      aNode('n4', { tags: ['fit'], availability: 'cordoned' }),
      aNode('n5', { tags: ['fit'], unreachableSince: 1 }),
    ];
    // n1 lost the tag, and keeps what runs there.
    expect(scaled('nodes', [aSlot(1, 'n1'), aSlot(2, 'n2')], nodes, ['fit'])).toEqual({
      ...{ standing: [1, 2], made: [3], leaving: [] },
    });
  });
  test('to nodes: a slot with its data on a node that has none goes there, and one whose data is elsewhere waits', () => {
    const bound = aSlot(2, null, ['data']);
    const there = { ...bound, pinnedVolumes: [{ name: 'data', nodeId: 'id-n2' }] };
    expect(scaled('nodes', [aSlot(1, 'n1'), there])).toEqual({ standing: [1], made: [2], leaving: [] });
    const elsewhere = { ...bound, pinnedVolumes: [{ name: 'data', nodeId: 'id-n9' }] };
    expect(scaled('nodes', [aSlot(1, 'n1'), elsewhere])).toEqual({ standing: [1], made: [3], leaving: [] });
  });
});
