import { defaultUpdatePolicy, type ServiceDefinition, type UpdateOrder } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { chooseOrder } from './choose-order.ts';

const definition = (
  order: UpdateOrder,
  volumes: ServiceDefinition['volumes'] = [],
): Pick<ServiceDefinition, 'update' | 'volumes'> => ({ update: { ...defaultUpdatePolicy, order }, volumes });

describe('K3: the order of the swaps', () => {
  test.each<[UpdateOrder | null, UpdateOrder, string, string]>([
    [null, 'auto', 'stop-first', 'start-first is not offered by this version'],
    [null, 'recreate', 'recreate', "the service's update policy asks for it"],
    ['recreate', 'auto', 'recreate', 'this deployment asks for it'],
    ['stop-first', 'recreate', 'stop-first', 'this deployment asks for it'],
    ['auto', 'recreate', 'stop-first', 'start-first is not offered by this version'],
    ['stop-first', 'start-first', 'stop-first', 'this deployment asks for it'],
  ])('asked %s, policy %s: %s, because %s', (asked, policy, chosen, because) =>
    expect(chooseOrder(asked, definition(policy), true)).toMatchObject({ ok: true, value: { chosen, because } }),
  );

  test('start-first is refused by name, whoever asks', () => {
    const refusal = (asked: UpdateOrder | null, policy: UpdateOrder) => {
      const chosen = chooseOrder(asked, definition(policy), true);
      return chosen.ok ? '' : chosen.refusal;
    };
    expect(refusal('start-first', 'auto')).toMatch(/^start-first is not offered by this version: this deployment/);
    expect(refusal(null, 'start-first')).toMatch(/^start-first is not offered by this version: the service's update/);
  });

  test('auto names the exclusive volume that would forbid start-first anyway', () =>
    expect(
      chooseOrder(
        null,
        definition('auto', [
          { name: null, path: '/shared', access: 'shared', readOnly: false },
          { name: null, path: '/static', access: 'exclusive', readOnly: true },
          { name: null, path: '/data', access: 'exclusive', readOnly: false },
        ]),
        true,
      ),
    ).toMatchObject({
      value: { because: 'volume /data is exclusive: the old instance has to end before the new one starts' },
    }));

  test('where nothing runs there is nothing to stop', () =>
    expect(chooseOrder(null, definition('auto'), false)).toMatchObject({
      value: { chosen: 'stop-first', because: 'nothing runs yet that would have to stop' },
    }));
});
