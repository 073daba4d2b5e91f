import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import type { Plan, PlanRefusal } from '@restow/shared/domain/plan';
import {
  defaultDefinition,
  defaultUpdatePolicy,
  fixedPorts,
  type ServiceDefinition,
} from '@restow/shared/domain/service';
import type { Volume } from '@restow/shared/domain/slot';
import { describe, expect, test } from 'vitest';
import { aNode, aPort } from '../../../../test/lib/a-cluster.ts';
import type { PlacementNode } from '../placement/cluster-view.ts';
import { planDeployment } from './plan-deployment.ts';
import type { PlanInputs } from './plan-inputs.ts';

const three = [aNode('n1'), aNode('n2'), aNode('n3')];
const data = { name: null, path: '/data', access: 'exclusive' as const, readOnly: false };
/** Port 80 of the container at port 8080 of its node. */
const published = { containerPort: 80, hostPort: 8080, protocol: 'tcp' };
const digest = `sha256:${'a'.repeat(64)}`;

interface Given extends Partial<ServiceDefinition> {
  /** Nodes its slots are on, by name; `null` for one in which nothing runs. */
  on?: (string | null)[];
  nodes?: PlacementNode[];
}

/** `web` at that, and everything else at its default. */
const inputs = ({ on = [], nodes = three, ...changes }: Given): PlanInputs => {
  const definition = { ...defaultDefinition('app:v2'), count: on.length || 1, ...changes };
  return {
    service: {
      ...{ id: 'web-id', name: 'web', stack: null, definition, version: 1 },
      ...{ createdAt: 0, updatedAt: 0, removedAt: null },
    },
    definition,
    image: { kind: 'digest', reference: 'app:v2', repository: 'app', digest },
    revisionNumber: 2,
    options: defaultRedeployOptions,
    slots: on.map((name, at) => ({
      slot: {
        id: `slot-${at + 1}`,
        serviceId: 'web-id',
        index: at + 1,
        address: `10.7.0.${at + 1}`,
        desired: null,
        removedAt: null,
      },
      current:
        name === null
          ? null
          : {
              ...{ nodeId: `id-${name}`, nodeName: name, instanceId: `instance-${at + 1}`, revisionNumber: 1 },
              ports: fixedPorts(definition.ports),
            },
    })),
    nodes,
    volumes: [],
    lenders: [],
    dynamicPorts: { first: 32_000, last: 32_767 },
    history: [],
  };
};

/** The volume of a slot at `/data`, on the node of that name. */
const volume = (slotIndex: number, nodeName: string, changes: Partial<Volume> = {}): Volume => ({
  id: `volume-${slotIndex}`,
  name: `web-${slotIndex}-data`,
  nodeId: `id-${nodeName}`,
  serviceId: 'web-id',
  slotId: `slot-${slotIndex}`,
  path: '/data',
  mountName: null,
  origin: 'definition',
  state: 'attached',
  createdAt: 0,
  ...changes,
});

/** The same with a mount at `/data`, and the volumes there are. */
const withData = (given: Given, volumes: Volume[]): PlanInputs => ({
  ...inputs({ ...given, volumes: [data] }),
  volumes,
});

const plan = (given: PlanInputs): Plan => {
  const planned = planDeployment(given);
  return planned.ok ? planned.value : expect.unreachable(JSON.stringify(planned.refusal));
};
const refusal = (given: PlanInputs): PlanRefusal => {
  const planned = planDeployment(given);
  return planned.ok ? expect.unreachable('there is a plan') : planned.refusal;
};
const places = (given: PlanInputs) => plan(given).swaps.map(({ placement }) => placement.nodeName);
const fresh = (given: PlanInputs, options: Partial<PlanInputs['options']>): PlanInputs => ({
  ...given,
  options: { ...given.options, ...options },
});

describe('a first deployment', () => {
  const planned = plan(inputs({ count: 2, ports: [aPort(8080)] }));
  test('makes every slot, from nothing, with an address still to be leased', () =>
    expect(planned.swaps).toMatchObject([
      { slotIndex: 1, slotName: 'web-1', address: null, from: null, volumes: [], detaches: [], ports: [published] },
      { slotIndex: 2, slotName: 'web-2', address: null, from: null },
    ]));
  test('has no gate, nothing to stop and no outage', () =>
    expect(planned).toMatchObject({
      gate: false,
      batches: [[1, 2]],
      order: { chosen: 'stop-first', because: 'nothing runs yet that would have to stop' },
      predictedOutage: { seconds: 0 },
      removals: [],
      warnings: [],
      revisionNumber: 2,
    }));
});

describe('a redeploy', () => {
  const planned = plan(inputs({ on: ['n1', 'n2', 'n3'] }));
  test('DC-01: replaces every old instance, at the address the slot has', () =>
    expect(planned.swaps).toMatchObject([
      { slotName: 'web-1', address: '10.7.0.1', from: { nodeName: 'n1', instanceId: 'instance-1', revisionNumber: 1 } },
      { slotName: 'web-2', address: '10.7.0.2', from: { nodeName: 'n2' } },
      { slotName: 'web-3', address: '10.7.0.3', from: { nodeName: 'n3' } },
    ]));
  test('the gate alone, then the rest', () => expect(planned).toMatchObject({ gate: true, batches: [[1], [2, 3]] }));
  test('with nothing to report moves nothing and warns of nothing', () => {
    expect(planned.swaps.map(({ placement }) => placement.nodeName)).toEqual(['n1', 'n2', 'n3']);
    expect(planned.warnings).toEqual([]);
  });
  test('every slot is told with every node', () =>
    expect(planned.swaps.map(({ placement }) => placement.verdicts.length)).toEqual([3, 3, 3]));
  test('the same inputs give the same plan to the letter', () =>
    expect(JSON.stringify(plan(inputs({ on: ['n1', 'n2', 'n3'] })))).toBe(JSON.stringify(planned)));
  test('a slot in which nothing runs keeps its address', () =>
    expect(plan(inputs({ on: ['n1', null] })).swaps[1]).toMatchObject({
      slotName: 'web-2',
      address: '10.7.0.2',
      from: null,
    }));
});

describe('the newest definition decides', () => {
  test('DC-06: a tag that moved to another node takes the slots with it', () => {
    const nodes = [aNode('n1'), aNode('n2', { tags: ['prod'], otherContainers: 9 })];
    expect(places(inputs({ on: ['n1', 'n1'], nodes, tags: ['prod'] }))).toEqual(['n2', 'n2']);
  });
  test('DC-07: another strategy, another placement', () => {
    const nodes = [aNode('n1', { otherContainers: 4 }), aNode('n2')];
    const given = { on: ['n2', 'n2'], nodes };
    expect(places(inputs({ ...given, strategy: 'EMPTIEST_NODE' }))).toEqual(['n2', 'n2']);
    expect(places(inputs({ ...given, strategy: 'HIGH_AVAILABILITY' }))).toEqual(['n2', 'n1']);
  });
  test('a greater count makes slots, which come with the others', () => {
    const planned = plan(inputs({ on: ['n1'], count: 3 }));
    expect(planned.swaps.map(({ slotName, from }) => [slotName, from?.nodeName ?? null])).toEqual([
      ['web-1', 'n1'],
      ['web-2', null],
      ['web-3', null],
    ]);
    expect(planned).toMatchObject({ gate: true, batches: [[1], [2, 3]], removals: [] });
  });
  test('a smaller count gives the highest slots up, with a word on what stays', () => {
    const planned = plan(withData({ on: ['n1', 'n2', 'n3'], count: 1 }, [volume(1, 'n1'), volume(3, 'n3')]));
    expect(planned.swaps.map(({ slotName }) => slotName)).toEqual(['web-1']);
    expect(planned.removals).toEqual([
      { slotIndex: 2, slotName: 'web-2', nodeName: 'n2' },
      { slotIndex: 3, slotName: 'web-3', nodeName: 'n3' },
    ]);
    expect(planned.warnings).toEqual([
      'web-2 on n2 is removed.',
      'web-3 on n3 is removed; its volume web-3-data on n3 stays, detached.',
    ]);
  });
  test('a slot does not move where a slot that is to be removed still holds the port', () =>
    expect(
      places(
        inputs({
          on: ['n1', 'n2'],
          nodes: [aNode('n1', { otherContainers: 9 }), aNode('n2')],
          count: 1,
          ports: [aPort(80)],
        }),
      ),
    ).toEqual(['n1']));
});

describe('DC-20, TU-12: volumes', () => {
  test('each slot gets its own again', () =>
    expect(
      plan(withData({ on: ['n1', 'n2'] }, [volume(2, 'n2'), volume(1, 'n1')])).swaps.map(({ volumes }) => volumes),
    ).toEqual([
      [{ name: 'web-1-data', path: '/data', fresh: false, readOnly: false, mountName: null, from: null }],
      [{ name: 'web-2-data', path: '/data', fresh: false, readOnly: false, mountName: null, from: null }],
    ]));
  test('a new slot gets a fresh one beside slots that reuse theirs', () =>
    expect(plan(withData({ on: ['n1'], count: 2 }, [volume(1, 'n1')])).swaps.map(({ volumes }) => volumes[0])).toEqual([
      { name: 'web-1-data', path: '/data', fresh: false, readOnly: false, mountName: null, from: null },
      {
        name: expect.stringMatching(/^web-2-data-/),
        path: '/data',
        fresh: true,
        readOnly: false,
        mountName: null,
        from: null,
      },
    ]));
  test('--not-reuse-volumes: fresh ones, the old ones detached on their nodes, and the slot free to go', () => {
    const nodes = [aNode('n1', { otherContainers: 5 }), aNode('n2')];
    const [swap] = plan(fresh(withData({ on: ['n1'], nodes }, [volume(1, 'n1')]), { reuseVolumes: false })).swaps;
    expect(swap).toMatchObject({
      placement: { nodeName: 'n2' },
      volumes: [{ fresh: true, path: '/data' }],
      detaches: [{ name: 'web-1-data', nodeName: 'n1' }],
    });
    expect(swap!.volumes[0]!.name).not.toBe('web-1-data');
  });
  test('DC-21, TU-13: with reuse on the same nodes, though another is emptier', () =>
    expect(
      places(
        withData(
          {
            on: ['n1', 'n2'],
            nodes: [aNode('n1', { otherContainers: 7 }), aNode('n2', { otherContainers: 7 }), aNode('n3')],
          },
          [volume(1, 'n1'), volume(2, 'n2')],
        ),
      ),
    ).toEqual(['n1', 'n2']));
  test('a volume the image asked for binds its slot too', () => {
    const given = inputs({ on: ['n1'], nodes: [aNode('n1', { otherContainers: 7 }), aNode('n2')] });
    const [swap] = plan({ ...given, volumes: [volume(1, 'n1', { origin: 'image', path: '/var/db' })] }).swaps;
    expect(swap).toMatchObject({ placement: { nodeName: 'n1' }, volumes: [{ path: '/var/db', fresh: false }] });
  });
});

describe('VOL-04: a volume that is not Restow’s', () => {
  const theirs = (name: string) => [aNode('n1', { foreignVolumes: [{ name, users: ['proxy'] }] })];
  const named = { volumes: [{ ...data, name: 'data' }] };
  const mine = volume(1, 'n1', { name: 'data-1', mountName: 'data' });

  test('is in the way of a slot that would make one of its name', () =>
    expect(refusal(inputs({ ...named, nodes: theirs('data-1') })).unplaceable[0]!.message).toBe(
      "No node for web-1: volume data-1 of n1 is not Restow's, used by proxy.",
    ));
  test('and of no other: not of one that has its volume, nor of one that gets a fresh one under another name', () => {
    expect(places({ ...inputs({ ...named, on: ['n1'], nodes: theirs('data-2') }), volumes: [mine] })).toEqual(['n1']);
    const anew = { ...inputs({ ...named, on: ['n1'], nodes: theirs('data-2') }), volumes: [mine] };
    expect(places(fresh(anew, { reuseVolumes: false }))).toEqual(['n1']);
  });
});

describe('K6, DC-22, TU-14: what cannot be placed is refused, with everything that is in the way', () => {
  const nodes = [aNode('n1', { tags: ['prod'] }), aNode('n2'), aNode('n3', { tags: ['prod'] })];
  const refused = refusal(withData({ on: ['n1', 'n2'], nodes, tags: ['prod'] }, [volume(1, 'n1'), volume(2, 'n2')]));

  test('the refusal says how many and which, and is one of placement', () =>
    expect(refused).toMatchObject({
      serviceName: 'web',
      code: 'unschedulable',
      message: 'web: 1 of 2 slots cannot be placed (web-2).',
    }));
  test('volume, node, tag and the ways out are named', () => {
    expect(refused.unplaceable).toHaveLength(1);
    expect(refused.unplaceable[0]!.message).toBe(
      'web-2 has to stay on n2 with its volume web-2-data, but n2 lacks tag prod.',
    );
    expect(refused.unplaceable[0]!.waysOut).toEqual([
      'restow tag add -t prod n2 (n2 takes part)',
      'restow tag rm -t prod web (web asks for no tag)',
      'restow service redeploy --not-reuse-volumes web (every slot gets fresh, empty volumes; web-2-data stays on n2, detached)',
    ]);
  });
  test('TAG-04: a tag no node carries', () =>
    expect(refusal(inputs({ on: ['n1'], tags: ['gpu'] })).unplaceable[0]!.message).toBe(
      'No node for web-1: n1 lacks tag gpu; n2 lacks tag gpu; n3 lacks tag gpu.',
    ));
  test('without a node at all', () =>
    expect(refusal(inputs({ nodes: [] })).unplaceable[0]!.message).toBe('No node for web-1: no node has joined yet.'));
  test('a service that was never started is told to be started: it cannot be redeployed', () => {
    const given = { ...inputs({ nodes, tags: ['prod'] }), volumes: [] as Volume[] };
    const detached = volume(1, 'n2', { name: 'data-1', mountName: 'data', serviceId: 'other', state: 'detached' });
    const found = { ...given, definition: { ...given.definition, volumes: [{ ...data, name: 'data' }] } };
    expect(refusal({ ...found, volumes: [detached] }).unplaceable[0]!.waysOut.at(-1)).toBe(
      'restow service start --not-reuse-volumes web (every slot gets fresh, empty volumes; data-1 stays on n2, detached)',
    );
  });
  test('the ways out lead out', () => {
    const volumes = [volume(1, 'n1'), volume(2, 'n2')];
    const given = withData({ on: ['n1', 'n2'], nodes, tags: ['prod'] }, volumes);
    const tagged = { ...given, nodes: [nodes[0]!, aNode('n2', { tags: ['prod'] }), nodes[2]!] };
    expect(places(tagged)).toEqual(['n1', 'n2']);
    expect(places(withData({ on: ['n1', 'n2'], nodes }, volumes))).toEqual(['n1', 'n2']);
    expect(places(fresh(given, { reuseVolumes: false }))).toEqual(['n1', 'n3']);
  });
});

describe('K3: the order', () => {
  const startFirst = { order: 'start-first' as const };
  test('auto is start-first where nothing forbids it, and costs nothing: one slot is enough', () =>
    expect(plan(inputs({ on: ['n1'] }))).toMatchObject({
      order: { asked: 'auto', chosen: 'start-first' },
      predictedOutage: { seconds: 0, from: 'both run beside each other, and no connection is cut' },
    }));
  test('auto is stop-first for an exclusive volume, and the plan says what that costs', () =>
    expect(plan(withData({ on: ['n1'] }, [volume(1, 'n1')]))).toMatchObject({
      order: {
        chosen: 'stop-first',
        because:
          'volume /data is exclusive, so the old instance has to end before the new one starts; a slot is expected not to answer for 0.4 s',
      },
      predictedOutage: { seconds: 0.4 },
    }));
  test("... and for a volume that the image asked for, which the slot's last instance was seen to have", () => {
    const given = inputs({ on: ['n1'] });
    const had = volume(1, 'n1', { origin: 'image', path: '/var/db' });
    expect(plan({ ...given, volumes: [had] }).order.because).toMatch(/^the image's volume \/var\/db is exclusive/);
    expect(plan(fresh({ ...given, volumes: [had] }, { reuseVolumes: false })).order.chosen).toBe('start-first');
  });
  test('an old instance on the network of its node has no address to hand over', () => {
    const given = inputs({ on: ['n1'] });
    const slots = given.slots.map(({ slot, current }) => ({ slot, current: { ...current!, offOverlay: true } }));
    expect(plan({ ...given, slots }).order).toMatchObject({
      chosen: 'stop-first',
      because: expect.stringMatching(/^what runs has the network of its node/),
    });
  });
  test('start-first that cannot be had is refused by name, before any word on placement', () => {
    const refused = refusal(fresh(inputs({ on: ['n1'], net: 'host' }), startFirst));
    expect(refused).toMatchObject({ code: 'failed-precondition', unplaceable: [] });
    expect(refused.message).toMatch(/^web: start-first, which this deployment asks for, cannot be had: with host/);
  });
  test('and what could not be placed either is told with it', () =>
    expect(refusal(fresh(inputs({ on: ['n1'], nodes: [], net: 'host' }), startFirst))).toMatchObject({
      code: 'failed-precondition',
      unplaceable: [{ slotName: 'web-1' }],
    }));
  test('recreate: one batch, no gate, the longest outage', () => {
    const given = fresh(inputs({ on: ['n1', 'n2', 'n3'] }), { order: 'recreate' });
    expect(
      plan({
        ...given,
        history: [
          { drainMs: 1000, takeMs: 500 },
          { drainMs: 100, takeMs: 2000 },
        ],
      }),
    ).toMatchObject({
      order: { asked: 'recreate', chosen: 'recreate' },
      gate: false,
      batches: [[1, 2, 3]],
      predictedOutage: { seconds: 3 },
    });
  });
  test('a gate that recreate cannot have is not dropped in silence', () =>
    expect(
      plan(inputs({ on: ['n1', 'n2'], update: { ...defaultUpdatePolicy, order: 'recreate', gate: true } })).warnings,
    ).toEqual(['The policy asks for a gate, which recreate cannot have: all slots end before any starts.']));
});

describe('pulls', () => {
  test('one for each target node, by name, with whether it has the image', () => {
    const nodes = [
      aNode('n3', { imagePresent: true }),
      aNode('n1'),
      aNode('n2', { otherContainers: 50, imagePresent: true }),
    ];
    expect(plan(inputs({ on: ['n1', 'n1', 'n3'], nodes })).pulls).toEqual([
      { nodeId: 'id-n1', nodeName: 'n1', present: false },
      { nodeId: 'id-n3', nodeName: 'n3', present: true },
    ]);
  });
});

describe('the plan says beforehand', () => {
  test('DC-10: that a slot moves, and what drove it away', () =>
    expect(
      plan(inputs({ on: ['n1'], nodes: [aNode('n1', { availability: 'cordoned' }), aNode('n2')] })).warnings,
    ).toEqual(['web-1 moves from n1 to n2: n1 is cordoned.']));
  test('that a slot moves, and what drew it', () =>
    expect(plan(inputs({ on: ['n1'], nodes: [aNode('n1', { otherContainers: 3 }), aNode('n2')] })).warnings).toEqual([
      'web-1 moves from n1 to n2: fewest containers (0).',
    ]));
  test('TU-05..08: that an old instance is out of reach', () =>
    expect(plan(inputs({ on: ['n1'], nodes: [aNode('n1', { unreachableSince: 0 }), aNode('n2')] })).warnings).toEqual([
      'web-1 moves from n1 to n2: n1 has been unreachable since 1970-01-01T00:00:00Z.',
      'The old instance of web-1 cannot be stopped while n1 does not answer.',
    ]));
  test('that an image exists on one node only', () => {
    const given = inputs({ on: ['n1'] });
    const planned = plan({ ...given, image: { kind: 'local', reference: 'app:dev', imageId: 'i', nodeId: 'id-n1' } });
    expect(planned.warnings).toEqual([
      'app:dev is in no registry: it exists on n1 only, and every slot is placed there.',
    ]);
  });
  test('STR-03: that a slot of a lost node is left as it is', () => {
    const nodes = [aNode('n1'), aNode('n2', { unreachableSince: 1 })];
    const planned = plan(inputs({ on: ['n1', 'n2'], nodes, strategy: 'EVERY_NODE' }));
    expect(planned.swaps.map(({ slotName }) => slotName)).toEqual(['web-1']);
    expect(planned.removals).toEqual([]);
    expect(planned.warnings).toEqual(['web-2 stays as it is: n2 does not answer. Redeploy again when it is back.']);
  });
  test('how long a slot will not answer, from what its last swaps took', () =>
    expect(
      plan({ ...withData({ on: ['n1'] }, [volume(1, 'n1')]), history: [{ drainMs: 700, takeMs: 800 }] }),
    ).toMatchObject({
      order: { because: expect.stringContaining('not to answer for 1.5 s') },
      predictedOutage: { seconds: 1.5, from: 'the last swap' },
    }));
});
