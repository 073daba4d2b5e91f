import { describe, expect, test } from 'vitest';
import { aNode, aPort, aRequest, aSlot } from '../../../../test/lib/a-cluster.ts';
import type { PlacementNode, PlacementRequest } from './cluster-view.ts';
import { placeSlots } from './place-slots.ts';

/** `web-1`'s node, `web-2`'s node ..., by name; the slots left over, in brackets. */
const places = (request: PlacementRequest): string[] => {
  const { turns, left } = placeSlots(request);
  const byIndex = [...turns].sort((a, b) => a.slot.index - b.slot.index);
  return [...byIndex.map(({ node }) => node.name), ...left.map(({ name }) => `(${name})`)];
};

/** The example of Docker Cloud's page on deploy tags. */
const documented: PlacementNode[] = [
  aNode('my-node-dev', { tags: ['aws', 'us-east-1', 'development', 'test', 'frontend', 'backend'] }),
  aNode('my-node-prod-1', { tags: ['aws', 'us-east-1', 'production', 'frontend'] }),
  aNode('my-node-prod-2', { tags: ['aws', 'us-east-2', 'production', 'frontend'] }),
  aNode('my-node-prod-3', { tags: ['aws', 'us-east-1', 'production', 'backend'] }),
  aNode('my-node-prod-4', { tags: ['aws', 'us-east-2', 'production', 'backend'] }),
];

describe('TAG-08: the documented example of five nodes', () => {
  test.each([
    [['development', 'frontend'], 3, ['my-node-dev', 'my-node-dev', 'my-node-dev']],
    [['production', 'frontend'], 4, ['my-node-prod-1', 'my-node-prod-2', 'my-node-prod-1', 'my-node-prod-2']],
    [['production', 'backend'], 2, ['my-node-prod-3', 'my-node-prod-4']],
    [['us-east-2'], 2, ['my-node-prod-2', 'my-node-prod-4']],
    [['development', 'production'], 1, ['(web-1)']],
  ])('%j', (tags, count, expected) => expect(places(aRequest(documented, count, { tags }))).toEqual(expected));
});

describe('deploy tags', () => {
  const four = [
    aNode('n1', { tags: ['prod'] }),
    aNode('n2', { tags: ['ssd'] }),
    aNode('n3', { tags: ['prod', 'ssd'], otherContainers: 9 }),
    aNode('n4'),
  ];
  test('TAG-02: only a node with all of them is taken, however full', () =>
    expect(places(aRequest(four, 2, { tags: ['prod', 'ssd'] }))).toEqual(['n3', 'n3']));
  test('TAG-03: further tags of a node neither forbid it nor weigh', () => {
    const six = aNode('n1', { tags: ['prod', 'ssd', 'a', 'b', 'c', 'd'] });
    expect(places(aRequest([six, aNode('n2', { tags: ['prod', 'ssd'] })], 2, { tags: ['prod', 'ssd'] }))).toEqual([
      'n1',
      'n2',
    ]);
  });
  test('TAG-04: with no node that has all of them nothing is placed', () =>
    expect(places(aRequest([aNode('n1', { tags: ['prod'] })], 2, { tags: ['prod', 'gpu'] }))).toEqual([
      '(web-1)',
      '(web-2)',
    ]));
  test('TAG-05: without tags every active node is taken, tagged ones too', () => {
    const nodes = [...four, aNode('n5', { availability: 'cordoned' })];
    expect(places(aRequest(nodes, 4, { strategy: 'EVERY_NODE' }))).toEqual(['n1', 'n2', 'n3', 'n4']);
  });
  test('a tag is itself only: case and parts count', () =>
    expect(places(aRequest([aNode('n1', { tags: ['Prod', 'production'] })], 1, { tags: ['prod'] }))).toEqual([
      '(web-1)',
    ]));
});

describe('STR-01: EMPTIEST_NODE takes the node with the fewest containers, counted anew for each slot', () => {
  const nodes = [aNode('n1', { otherContainers: 3 }), aNode('n2'), aNode('n3', { otherContainers: 2 })];
  test('the emptiest fills up to the next', () =>
    expect(places(aRequest(nodes, 6))).toEqual(['n2', 'n2', 'n2', 'n3', 'n1', 'n2']));
  test('a tie goes by name', () =>
    expect(places(aRequest([aNode('c'), aNode('a'), aNode('b')], 4))).toEqual(['a', 'b', 'c', 'a']));
  test('a tie goes to where a slot would stay, before the name', () =>
    expect(places(aRequest([aNode('n1'), aNode('n2')], [aSlot(1, 'n2')]))).toEqual(['n2']));
  test('a slot moves to a node that is emptier by one', () =>
    expect(places(aRequest([aNode('n1', { otherContainers: 1 }), aNode('n2')], [aSlot(1, 'n1')]))).toEqual(['n2']));
});

describe('STR-02: HIGH_AVAILABILITY takes the node with the fewest containers of the service', () => {
  const strategy = 'HIGH_AVAILABILITY';
  const nodes = [aNode('n1', { otherContainers: 40 }), aNode('n2'), aNode('n3', { otherContainers: 2 })];
  test('even the fullest one gets its share', () =>
    expect(places(aRequest(nodes, 6, { strategy }))).toEqual(['n2', 'n3', 'n1', 'n2', 'n3', 'n1']));
  test('among those, the emptiest; then where a slot would stay; then by name', () => {
    expect(places(aRequest([aNode('a', { otherContainers: 1 }), aNode('b')], 1, { strategy }))).toEqual(['b']);
    expect(places(aRequest([aNode('a'), aNode('b')], [aSlot(1, 'b')], { strategy }))).toEqual(['b']);
    expect(places(aRequest([aNode('b'), aNode('a')], 1, { strategy }))).toEqual(['a']);
  });
  test('slots that are spread already stay, each where it is, whatever else the nodes carry', () =>
    expect(places(aRequest(nodes, [aSlot(1, 'n1'), aSlot(2, 'n2'), aSlot(3, 'n3')], { strategy }))).toEqual([
      'n1',
      'n2',
      'n3',
    ]));
});

describe('a slot does not move without a reason', () => {
  test('slots never trade nodes', () => {
    const nodes = [aNode('n1', { otherContainers: 2 }), aNode('n2'), aNode('n3', { otherContainers: 2 })];
    // The strategy wants one more on n2 than there is: one moves there, the others keep their places.
    expect(places(aRequest(nodes, [aSlot(1, 'n1'), aSlot(2, 'n2'), aSlot(3, 'n3')]))).toEqual(['n1', 'n2', 'n2']);
  });
  test('a new slot takes the place that is left', () =>
    expect(places(aRequest([aNode('n1'), aNode('n2')], [aSlot(1, 'n2'), aSlot(2)]))).toEqual(['n2', 'n1']));
});

describe('fixed ports', () => {
  const held = aNode('n1', {
    portsInUse: [{ protocol: 'tcp', port: 8080, holder: { kind: 'foreign', pid: 7, program: 'nginx' } }],
  });
  test('a node where the port is held is not taken', () =>
    expect(places(aRequest([held, aNode('n2', { otherContainers: 5 })], 1, { ports: [aPort(8080)] }))).toEqual(['n2']));
  test('another port held there does not matter', () =>
    expect(places(aRequest([held, aNode('n2', { otherContainers: 5 })], 1, { ports: [aPort(9090)] }))).toEqual(['n1']));
  test('one slot a node: the third of two nodes has no place', () =>
    expect(places(aRequest([aNode('n1'), aNode('n2')], 3, { ports: [aPort(8080)] }))).toEqual(['n1', 'n2', '(web-3)']));
  test('a slot moves only to a node no other slot of the service is on, which would hold the port still', () => {
    const nodes = [aNode('n1', { availability: 'cordoned' }), aNode('n2', { otherContainers: 5 }), aNode('n3')];
    const slots = [aSlot(1, 'n1'), aSlot(2, 'n3')];
    expect(places(aRequest(nodes, slots, { ports: [aPort(8080)] }))).toEqual(['n2', 'n3']);
  });
});

describe('volumes: volume -> slot -> node', () => {
  const emptier = aNode('n3');
  const nodes = [aNode('n1', { otherContainers: 9 }), aNode('n2', { otherContainers: 9 }), emptier];
  test('DC-21, TU-13: each slot stays on the node of its volume, also when another one is emptier', () =>
    expect(places(aRequest(nodes, [aSlot(1, 'n1', ['a']), aSlot(2, 'n2', ['b'])]))).toEqual(['n1', 'n2']));
  test('without a volume to use again it goes where the strategy says', () =>
    expect(places(aRequest(nodes, [aSlot(1, 'n1'), aSlot(2, 'n2')]))).toEqual(['n3', 'n3']));
  test('a slot with a volume has its node before one that has a choice', () => {
    const slots = [aSlot(1), aSlot(2, 'n3', ['a'])];
    expect(places(aRequest([aNode('n3'), aNode('n4')], slots, { ports: [aPort(80)] }))).toEqual(['n4', 'n3']);
  });
  test('DC-22: a node that lost the tag is not taken, and no other one is', () =>
    expect(
      places(aRequest([aNode('n1'), aNode('n2', { tags: ['prod'] })], [aSlot(1, 'n1', ['a'])], { tags: ['prod'] })),
    ).toEqual(['(web-1)']));
  test('volumes on two nodes leave no place', () => {
    const torn = {
      ...aSlot(1, 'n1', ['a']),
      pinnedVolumes: [
        { name: 'a', nodeId: 'id-n1' },
        { name: 'b', nodeId: 'id-n2' },
      ],
    };
    expect(places(aRequest(nodes, [torn]))).toEqual(['(web-1)']);
  });
  test('a volume on a node that is gone leaves no place', () =>
    expect(places(aRequest(nodes, [aSlot(1, 'n9', ['a'])]))).toEqual(['(web-1)']));
});

describe('nodes that take nothing new', () => {
  const cordoned = aNode('n1', { availability: 'cordoned' });
  test('DC-10: a slot without data moves off a cordoned node', () =>
    expect(places(aRequest([cordoned, aNode('n2', { otherContainers: 9 })], [aSlot(1, 'n1')]))).toEqual(['n2']));
  test('a slot that runs there with its volume stays: it is not new', () =>
    expect(places(aRequest([cordoned, aNode('n2')], [aSlot(1, 'n1', ['a'])]))).toEqual(['n1']));
  test('a slot whose volume is there but that runs nowhere is new', () =>
    expect(places(aRequest([cordoned], [{ ...aSlot(1, 'n1', ['a']), currentNodeId: null }]))).toEqual(['(web-1)']));
  test('TU-05..08: nothing is placed on an unreachable node, though it is the emptiest', () =>
    expect(places(aRequest([aNode('n1', { otherContainers: 9 }), aNode('n2', { unreachableSince: 1 })], 2))).toEqual([
      'n1',
      'n1',
    ]));
});

test('an image no registry has is placed only where it is', () => {
  const request = aRequest([aNode('n1'), aNode('n2', { otherContainers: 9 })], 2);
  expect(places({ ...request, image: { kind: 'local', reference: 'app:dev', imageId: 'x', nodeId: 'id-n2' } })).toEqual(
    ['n2', 'n2'],
  );
});

test('STR-03: EVERY_NODE puts one on each, never two', () =>
  expect(places(aRequest([aNode('n1'), aNode('n2')], 3, { strategy: 'EVERY_NODE' }))).toEqual(['n1', 'n2', '(web-3)']));

test('no slots ask for nothing', () => expect(places(aRequest([aNode('n1')], 0))).toEqual([]));
