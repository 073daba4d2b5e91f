import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import type { Plan } from '@restow/shared/domain/plan';
import type { ServiceDefinition } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makePlan } from '../../packages/coordinator/src/planning/make-plan.ts';
import { serviceAsIf } from '../../packages/coordinator/src/services/define-service.ts';
import { DeploymentLab } from '../lib/deployment-lab.ts';

describe('the plan of a definition that is not stored', () => {
  let lab: DeploymentLab;
  beforeEach(async () => {
    lab = await DeploymentLab.open();
  });
  afterEach(() => lab.end());

  const shown = async (name: string, definition: ServiceDefinition): Promise<Plan> => {
    const service = await serviceAsIf(lab.world, name, definition);
    const made = await makePlan(lab.world, service, defaultRedeployOptions, 'plan/1');
    return made.ok ? made.value : expect.unreachable(made.refusal.message);
  };
  /** What is only given when a deployment is recorded left out. */
  const asShown = (plan: Plan | null) =>
    plan && {
      ...plan,
      swaps: plan.swaps.map(({ slotId: _slot, instanceId: _instance, from, ...swap }) => {
        if (!from) return { ...swap, from };
        const { deploymentId: _deployment, away: _away, ended: _ended, named: _named, ...shownFrom } = from;
        return { ...swap, from: shownFrom };
      }),
    };

  test.each<[string, Partial<ServiceDefinition>]>([
    ['the one there is', {}],
    ['with another image', { image: 'r/app:v2' }],
    [
      'with more slots, ports and a volume',
      {
        count: 4,
        ports: [{ containerPort: 80, protocol: 'tcp', published: true, hostPort: null }],
        volumes: [{ name: 'data', path: '/data', access: 'exclusive', readOnly: false }],
      },
    ],
    ['with fewer slots', { count: 1 }],
  ])('%s, is the one that is recorded when it is', async (_what, changes) => {
    const service = await lab.define({
      count: 2,
      ports: [{ containerPort: 81, protocol: 'tcp', published: true, hostPort: null }],
    });
    await lab.run(service);
    const before = await shown('web', { ...service.definition, ...changes });
    const recorded = (await lab.run(await lab.edit(service, changes))).plan;
    const news = (plan: Plan | null) => asShown(plan)?.swaps.map(({ address: _address, ...swap }) => swap);
    expect({ ...asShown(recorded), swaps: news(recorded) }).toEqual({ ...before, swaps: news(before) });
  });

  test('of several services with such an id is refused, like everything else that means one', async () => {
    for (const name of ['one', 'two']) {
      const service = await lab.define({}, name);
      await lab.store.services.update({ ...service, removedAt: 1 });
      await lab.store.services.add({ ...service, id: `0a1b-${name}` });
    }
    const [one] = await lab.store.services.list();
    await expect(serviceAsIf(lab.world, '0a1b', one!.definition)).rejects.toMatchObject({ code: 'ambiguous' });
  });
});
