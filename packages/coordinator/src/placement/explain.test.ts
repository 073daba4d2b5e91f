import type { Result } from '@restow/shared/base/result';
import type { SlotPlacement, Unplaceable } from '@restow/shared/domain/placement';
import { describe, expect, test } from 'vitest';
import { aNode, aPort, aRequest, aSlot } from '../../../../test/lib/a-cluster.ts';
import type { PlacementRequest } from './cluster-view.ts';
import { explainPlacing } from './explain.ts';
import { placeSlots } from './place-slots.ts';

const explain = (request: PlacementRequest): Result<SlotPlacement[], Unplaceable[]> =>
  explainPlacing(request, placeSlots(request));

const placed = (request: PlacementRequest): SlotPlacement[] => {
  const explained = explain(request);
  return explained.ok ? explained.value : expect.unreachable(explained.refusal.map(({ message }) => message).join());
};
const left = (request: PlacementRequest): Unplaceable[] => {
  const explained = explain(request);
  return explained.ok ? expect.unreachable('every slot was placed') : explained.refusal;
};
const because = (request: PlacementRequest) => placed(request).map((placement) => placement.because);
const reasons = ({ verdicts }: SlotPlacement | Unplaceable, nodeName: string) =>
  verdicts.find((verdict) => verdict.nodeName === nodeName)!.reasons.map(({ message }) => message);

describe('why a slot is where it is', () => {
  test('STR-01: the count of containers, as each decision saw it', () =>
    expect(because(aRequest([aNode('n1', { otherContainers: 1 }), aNode('n2')], 3))).toEqual([
      'fewest containers (0)',
      'fewest containers (1), first by name',
      'fewest containers (1)',
    ]));
  test('STR-02: the count of the service, then of all containers', () =>
    expect(
      because(aRequest([aNode('n1', { otherContainers: 5 }), aNode('n2')], 3, { strategy: 'HIGH_AVAILABILITY' })),
    ).toEqual([
      'fewest containers of web (0), then fewest containers (0)',
      'fewest containers of web (0)',
      'fewest containers of web (1), then fewest containers (1)',
    ]));
  test('STR-03: EVERY_NODE', () =>
    expect(because(aRequest([aNode('n1')], 1, { strategy: 'EVERY_NODE' }))).toEqual(['one on every node that fits']));
  test('nothing else fits', () =>
    expect(because(aRequest([aNode('n1'), aNode('n2', { availability: 'cordoned' })], 1))).toEqual([
      'the only node that fits',
    ]));
  test('a tie is decided by where it is', () =>
    expect(because(aRequest([aNode('n1'), aNode('n2')], [aSlot(1, 'n2')]))).toEqual([
      'fewest containers (0), and it is there now',
    ]));
  test('its volumes', () =>
    expect(because(aRequest([aNode('n1')], [aSlot(1, 'n1', ['a']), aSlot(2, 'n1', ['b', 'c'])]))).toEqual([
      'holds volume a',
      'holds volumes b and c',
    ]));
  test('its volume, on a node that takes nothing new', () =>
    expect(because(aRequest([aNode('n1', { availability: 'cordoned' })], [aSlot(1, 'n1', ['a'])]))).toEqual([
      'holds volume a; n1 is cordoned, but the slot runs there already and stays',
    ]));
});

describe('every node has a verdict with every reason', () => {
  const nodes = [
    aNode('n1', { otherContainers: 2 }),
    aNode('n2', { availability: 'cordoned', unreachableSince: Date.UTC(2024, 4, 6, 7, 8, 9, 123) }),
    aNode('n3', {
      portsInUse: [
        { protocol: 'tcp', port: 8080, holder: { kind: 'foreign', pid: 4711, program: 'nginx' } },
        { protocol: 'tcp', port: 8443, holder: { kind: 'slot', slotId: 'x', slotName: 'shop-2' } },
        { protocol: 'tcp', port: 22, holder: { kind: 'foreign', pid: 1, program: 'sshd' } },
      ],
    }),
    aNode('n4', {
      portsInUse: [
        { protocol: 'tcp', port: 8080, holder: { kind: 'container', containerName: 'proxy' } },
        { protocol: 'tcp', port: 8443, holder: { kind: 'foreign', pid: null, program: 'caddy' } },
      ],
    }),
  ].map((node) => ({ ...node, tags: node.name === 'n1' ? ['prod', 'ssd', 'eu'] : ['eu'] }));
  const [web] = placed(aRequest(nodes, 1, { tags: ['prod', 'eu', 'ssd'], ports: [aPort(8080), aPort(8443)] }));

  test('the chosen one too, with what the strategy counted', () =>
    expect(web!.verdicts[0]).toEqual({ nodeId: 'id-n1', nodeName: 'n1', fits: true, reasons: [], score: 2 }));
  test('missing tags, cordoned and unreachable at once', () =>
    expect(reasons(web!, 'n2')).toEqual([
      'n2 lacks tags prod and ssd',
      'n2 is cordoned',
      'n2 has been unreachable since 2024-05-06T07:08:09Z',
    ]));
  test('of a node whose agent answers and whose engine does not, what the agent said', () => {
    const engineless = aNode('n2', { unreachableSince: 0, saidInstead: 'No Docker Engine answers' });
    const [slot] = placed(aRequest([aNode('n1'), engineless], 1));
    expect(reasons(slot!, 'n2')).toEqual(['n2 cannot be surveyed (No Docker Engine answers)']);
    expect(left(aRequest([engineless], 1)).flatMap(({ waysOut }) => waysOut)[0]).toBe(
      'have n2 answer again: its agent is there, its engine wants looking at',
    );
  });
  test('ports with their holders, and no port that was not asked for', () => {
    expect(reasons(web!, 'n3')[1]).toBe(
      'port 8080 of n3 is held by pid 4711 (nginx), port 8443 of n3 is held by shop-2',
    );
    expect(reasons(web!, 'n4')[1]).toBe('port 8080 of n4 is held by container proxy, port 8443 of n4 is held by caddy');
  });
  test('a volume elsewhere beside all other reasons', () => {
    const [slot] = placed(
      aRequest([aNode('n1', { tags: ['prod'] }), aNode('n2')], [aSlot(1, 'n1', ['web-1-data'])], { tags: ['prod'] }),
    );
    expect(reasons(slot!, 'n2')).toEqual(['volume web-1-data is on n1', 'n2 lacks tag prod']);
  });
  test('an image that is elsewhere', () => {
    const request = aRequest([aNode('n1'), aNode('n2')], 1);
    const image = { kind: 'local', reference: 'app:dev', imageId: 'x', nodeId: 'id-n2' } as const;
    expect(reasons(placed({ ...request, image })[0]!, 'n1')).toEqual(['image app:dev exists on n2 only']);
  });
  test('another slot of the service that has the port', () =>
    expect(reasons(placed(aRequest([aNode('n1'), aNode('n2')], 2, { ports: [aPort(80)] }))[1]!, 'n1')).toEqual([
      'n1 already has web-1, which publishes port 80 too',
    ]));
  test('one is enough for EVERY_NODE', () =>
    expect(reasons(left(aRequest([aNode('n1')], 2, { strategy: 'EVERY_NODE' }))[0]!, 'n1')).toEqual([
      'n1 already has web-1, and EVERY_NODE puts one on each',
    ]));
});

describe('DC-22, TU-14, K6: data on a node the tags exclude', () => {
  const tagged = { tags: ['prod', 'ssd'] };
  const slot = aSlot(1, 'n1', ['web-1-data']);

  test('the refusal names volume, node and what is missing', () =>
    expect(left(aRequest([aNode('n1', { tags: ['ssd'] })], [slot], tagged))[0]!.message).toBe(
      'web-1 has to stay on n1 with its volume web-1-data, but n1 lacks tag prod.',
    ));
  test('the ways out are commands: give the tag, ask for less, let the data go', () =>
    expect(
      left(aRequest([aNode('n1', { tags: ['ssd'] }), aNode('n2', { tags: ['prod', 'ssd'] })], [slot], tagged))[0]!
        .waysOut,
    ).toEqual([
      'restow tag add -t prod n1 (n1 takes part)',
      'restow service update --tag ssd web (web asks for less)',
      'restow service redeploy --not-reuse-volumes web (every slot gets fresh, empty volumes; web-1-data stays on n1, detached)',
    ]));
  test('letting the data go is no way out where no other node fits either', () =>
    expect(left(aRequest([aNode('n1', { tags: ['ssd'] })], [slot], tagged))[0]!.waysOut.join()).not.toContain(
      'not-reuse-volumes',
    ));
  test('a service that asks for nothing else asks for no tag then', () =>
    expect(left(aRequest([aNode('n1')], [slot], { tags: ['prod'] }))[0]!.waysOut).toContain(
      'restow tag rm -t prod web (web asks for no tag)',
    ));
  test('several things in the way are told together, each with its cure', () => {
    const away = aNode('n1', { availability: 'cordoned', unreachableSince: 0, tags: ['ssd'] });
    const [refusal] = left(aRequest([away], [{ ...slot, currentNodeId: null }], tagged));
    expect(refusal!.message).toBe(
      'web-1 has to stay on n1 with its volume web-1-data, but n1 lacks tag prod, n1 is cordoned and n1 has been unreachable since 1970-01-01T00:00:00Z.',
    );
    expect(refusal!.waysOut).toContain('restow node uncordon n1');
    expect(refusal!.waysOut).toContain('bring n1 back: start the machine, or the agent on it');
  });
  test('a node that is gone with the data', () => {
    const [refusal] = left(aRequest([aNode('n2')], [slot]));
    expect(refusal!.message).toBe(
      'web-1 has to stay with its volume web-1-data, but the node that holds it is not known any more.',
    );
    expect(refusal!.waysOut[0]).toContain('restow service redeploy --not-reuse-volumes web');
  });
  test('volumes that are on two nodes', () =>
    expect(
      left(
        aRequest(
          [aNode('n1'), aNode('n2')],
          [{ ...slot, pinnedVolumes: [...slot.pinnedVolumes, { name: 'b', nodeId: 'id-n2' }] }],
        ),
      )[0]!.message,
    ).toBe('web-1 cannot be with all its volumes: web-1-data on n1 and b on n2.'));
});

describe('no node at all', () => {
  test('TAG-04: the refusal lists each node and what it lacks', () => {
    const [refusal] = left(aRequest([aNode('n1', { tags: ['prod'] }), aNode('n2')], 1, { tags: ['prod', 'gpu'] }));
    expect(refusal!.message).toBe('No node for web-1: n1 lacks tag gpu; n2 lacks tags prod and gpu.');
    expect(refusal!.waysOut).toEqual([
      'restow tag rm -t gpu web (no node carries the tag gpu)',
      'restow tag add -t gpu n1 (n1 takes part)',
      'restow service update --tag prod web (web asks for less)',
      'restow tag add -t prod -t gpu n2 (n2 takes part)',
      'restow tag rm -t prod -t gpu web (web asks for no tag)',
    ]);
  });
  test('each slot without a place is told, and what there is room for', () => {
    const refusals = left(aRequest([aNode('n1'), aNode('n2')], 4, { ports: [aPort(8080)] }));
    expect(refusals.map(({ slotName }) => slotName)).toEqual(['web-3', 'web-4']);
    expect(refusals[0]!.message).toBe(
      'No node for web-3: n1 already has web-1, which publishes port 8080 too; n2 already has web-2, which publishes port 8080 too.',
    );
    expect(refusals[0]!.waysOut).toContain('restow service update -t 2 web (as many slots as there is room for)');
  });
  test('a port that somebody holds', () => {
    const portsInUse = [
      { protocol: 'tcp' as const, port: 80, holder: { kind: 'foreign' as const, pid: 9, program: 'nginx' } },
    ];
    expect(left(aRequest([aNode('n1', { portsInUse })], 1, { ports: [aPort(80)] }))[0]!.waysOut).toEqual([
      'free port 80 of n1 (pid 9 (nginx) holds it), or publish another',
    ]);
  });
  test('a cluster without nodes', () => {
    const [refusal] = left(aRequest([], 1));
    expect(refusal!.message).toBe('No node for web-1: no node has joined yet.');
    expect(refusal!.waysOut).toHaveLength(1);
  });
  test('of many nodes ten are named, and all are judged', () => {
    const nodes = Array.from({ length: 12 }, (_, at) => aNode(`n${at + 10}`, { availability: 'cordoned' }));
    const [refusal] = left(aRequest(nodes, 1));
    expect(refusal!.message).toMatch(/n19 is cordoned; and 2 more, with reasons of their own\.$/);
    expect(refusal!.verdicts).toHaveLength(12);
  });
});
