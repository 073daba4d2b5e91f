import type { Plan, PlannedVolume } from '@restow/shared/domain/plan';
import {
  defaultDefinition,
  defaultUpdatePolicy,
  type ServiceDefinition,
  type UpdateOrder,
} from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { chooseOrder, type OrderInputs, type Replaced } from './choose-order.ts';

const outage: Plan['predictedOutage'] = { seconds: 0.4, from: 'measured' };

const replaced = (changes: Partial<Replaced> = {}): Replaced => ({
  reachable: true,
  volumes: [],
  offOverlay: false,
  ...changes,
});

const given = (
  order: UpdateOrder,
  changes: Partial<ServiceDefinition> = {},
  more: Partial<OrderInputs> = {},
): OrderInputs => ({
  asked: null,
  definition: { ...defaultDefinition('app:v2'), update: { ...defaultUpdatePolicy, order }, ...changes },
  replaced: [replaced()],
  stopFirstOutage: outage,
  ...more,
});

const data = { name: null, path: '/data', access: 'exclusive', readOnly: false } as const;
const hostPath = { hostPath: '/srv/data', path: '/data', access: 'exclusive', readOnly: false } as const;
const imageVolume: PlannedVolume = {
  name: 'web-1-var-db',
  path: '/var/db',
  fresh: false,
  readOnly: false,
  mountName: null,
  from: null,
};

/** What forbids start-first, and the words it is told with. */
const forbidden: [string, Partial<ServiceDefinition>, Partial<OrderInputs>, RegExp][] = [
  ['an exclusive volume', { volumes: [data] }, {}, /^volume \/data is exclusive/],
  ['an exclusive host path', { hostPaths: [hostPath] }, {}, /^host path \/srv\/data is exclusive/],
  [
    'volumes of another service',
    { volumesFrom: [{ service: 'db', readOnly: false }] },
    {},
    /^it writes to the volumes/,
  ],
  ['host networking', { net: 'host' }, {}, /^with host networking/],
  ['a MAC', { macAddress: '02:00:00:00:00:01' }, {}, /^two instances cannot both have the MAC 02:00/],
  [
    "the image's own volume",
    {},
    { replaced: [replaced(), replaced({ volumes: [imageVolume] })] },
    /^the image's volume \/var\/db is exclusive/,
  ],
  [
    'an old instance on the network of its node',
    {},
    { replaced: [replaced(), replaced({ offOverlay: true })] },
    /^what runs has the network of its node/,
  ],
];

/** What does not. */
const allowed: [string, Partial<ServiceDefinition>, Partial<OrderInputs>][] = [
  ['nothing mounted', {}, {}],
  ['a shared volume', { volumes: [{ ...data, access: 'shared' }] }, {}],
  ['a volume that is only read', { volumes: [{ ...data, readOnly: true }] }, {}],
  ['a host path that is only read', { hostPaths: [{ ...hostPath, readOnly: true }] }, {}],
  ['volumes of another service, only read', { volumesFrom: [{ service: 'db', readOnly: true }] }, {}],
  ['fixed ports', { ports: [{ containerPort: 80, hostPort: 80, protocol: 'tcp', published: true }] }, {}],
  ['one slot after the other', { sequential: true }, {}],
  [
    'a shared mount where the image has a volume',
    { volumes: [{ ...data, path: '/var/db/', access: 'shared' }] },
    { replaced: [replaced({ volumes: [imageVolume] })] },
  ],
  ["a fresh volume for the image's", {}, { replaced: [replaced({ volumes: [{ ...imageVolume, fresh: true }] })] }],
  [
    'an old instance on the network of a node that cannot be reached',
    {},
    { replaced: [replaced(), replaced({ reachable: false, offOverlay: true })] },
  ],
];

describe('K3: the order of the swaps', () => {
  test.each<[UpdateOrder | null, UpdateOrder, string, string]>([
    [null, 'auto', 'start-first', 'nothing forbids that the new instance runs beside the old one'],
    [null, 'start-first', 'start-first', "the service's update policy asks for it"],
    ['start-first', 'recreate', 'start-first', 'this deployment asks for it'],
    [null, 'recreate', 'recreate', "the service's update policy asks for it"],
    ['recreate', 'auto', 'recreate', 'this deployment asks for it'],
    ['stop-first', 'recreate', 'stop-first', 'this deployment asks for it'],
    ['auto', 'recreate', 'start-first', 'nothing forbids that the new instance runs beside the old one'],
    ['stop-first', 'start-first', 'stop-first', 'this deployment asks for it'],
  ])('asked %s, policy %s: %s, because %s', (asked, policy, chosen, because) =>
    expect(chooseOrder(given(policy, {}, { asked }))).toEqual({
      ok: true,
      value: { asked: asked ?? policy, chosen, because },
    }),
  );

  describe.each(forbidden)('with %s', (_what, changes, more, why) => {
    test('auto is stop-first, says why, and what that costs', () => {
      const chosen = chooseOrder(given('auto', changes, more));
      expect(chosen).toMatchObject({ value: { asked: 'auto', chosen: 'stop-first' } });
      const because = chosen.ok ? chosen.value.because : '';
      expect(because).toMatch(why);
      expect(because).toMatch(/; a slot is expected not to answer for 0\.4 s$/);
    });
    test('start-first by name is refused with it, and what to ask for instead', () => {
      const chosen = chooseOrder(given('auto', changes, { ...more, asked: 'start-first' }));
      const refusal = chosen.ok ? expect.unreachable('it was chosen') : chosen.refusal;
      const [, reason] = /^start-first, which this deployment asks for, cannot be had: (.*)/.exec(refusal.message)!;
      expect(reason).toMatch(why);
      expect(reason).toMatch(/\. Ask for auto or stop-first\.$/);
      expect(refusal.code).toBe('failed-precondition');
    });
    test('stop-first by name is no matter', () =>
      expect(chooseOrder(given('stop-first', changes, more))).toMatchObject({ value: { chosen: 'stop-first' } }));
  });

  test.each(allowed)('with %s auto is start-first', (_what, changes, more) =>
    expect(chooseOrder(given('auto', changes, more))).toMatchObject({ ok: true, value: { chosen: 'start-first' } }),
  );

  test('the policy that asks for what cannot be had is named', () =>
    expect(chooseOrder(given('start-first', { volumes: [data] }))).toMatchObject({
      ok: false,
      refusal: { message: expect.stringMatching(/^start-first, which the service's update policy asks for, cannot/) },
    }));

  test.each([
    ['nothing runs yet that would have to stop', [], 'auto', 'stop-first'],
    ['no old instance can be reached, so none has to stop', [replaced({ reachable: false })], 'auto', 'stop-first'],
    [
      "the service's update policy asks for it; nothing runs yet that would have to stop",
      [],
      'start-first',
      'start-first',
    ],
  ] as const)('where nothing has to stop it says so: %s', (because, old, order, chosen) =>
    expect(chooseOrder(given(order, {}, { replaced: old }))).toMatchObject({ value: { chosen, because } }),
  );

  test('what no redeploy could have is refused before anything runs', () =>
    expect(chooseOrder(given('start-first', { net: 'host' }, { replaced: [] }))).toMatchObject({ ok: false }));
});
