import { type Deployment, hasEnded } from '@restow/shared/domain/deployment';
import type { ServicePort } from '@restow/shared/domain/service';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';

const dynamic: ServicePort = { containerPort: 80, protocol: 'tcp', published: true, hostPort: null };
const fixed: ServicePort = { ...dynamic, hostPort: 8080 };

describe('a port of a node that a slot was promised', () => {
  let lab: DeploymentLab;
  afterEach(() => lab.end());

  const setAvailability = async (name: string, availability: 'active' | 'cordoned') => {
    const node = (await lab.store.nodes.list()).find((one) => one.name === name)!;
    await lab.store.nodes.put({ ...node, availability });
  };
  /** `web-1 n1 32000`, by slot. */
  const portsOf = async ({ id, name }: { id: string; name: string }) => {
    const nodes = await lab.store.nodes.list();
    return (await lab.store.slots.ofService(id)).map(({ index, desired }) =>
      [
        `${name}-${index}`,
        nodes.find((node) => node.id === desired?.nodeId)?.name,
        ...(desired?.ports ?? []).map(({ hostPort }) => hostPort),
      ].join(' '),
    );
  };
  /** Another deployment may still be held. */
  const endOf = ({ id }: Deployment): Promise<Deployment> =>
    vi.waitFor(async () => {
      const now = (await lab.store.deployments.get(id))!;
      expect(hasEnded(now.state)).toBe(true);
      return now;
    });

  describe.each(['stop-first', 'start-first'] as const)('%s', (order) => {
    /** `web-1` is on its way from n1 to n2, where its address is already; n1 would take anything, n2 nothing more. */
    const movingAway = async (ports: ServicePort[]) => {
      lab = await DeploymentLab.open(['n1', 'n2']);
      const web = await lab.define({ ports, update: quick({ order }) });
      await lab.run(web);
      await setAvailability('n1', 'cordoned');
      const gate = lab.agents.holdAt('flip', 'web-1');
      const moving = await lab.ask(await lab.edit(web, { image: 'r/app:v2' }));
      await gate.reached;
      await setAvailability('n1', 'active');
      await setAvailability('n2', 'cordoned');
      return { web, gate, moving };
    };

    test('is nobody else’s while the instance it led to may come back', async () => {
      const { web, gate, moving } = await movingAway([dynamic]);
      const other = await lab.define({ ports: [dynamic] }, 'other');
      expect(await endOf(await lab.ask(other))).toMatchObject({ state: 'succeeded' });
      expect(await portsOf(other)).toEqual(['other-1 n1 32001']);
      lab.agents.failAt('flip', 'web-1');
      gate.open();
      expect(await lab.settled(moving)).toMatchObject({ state: 'undone' });
      expect(await portsOf(web)).toEqual(['web-1 n1 32000']);
    });

    test('nor a fixed one, and is free when it will not', async () => {
      const { gate, moving } = await movingAway([fixed]);
      const other = await lab.define({ ports: [fixed] }, 'other');
      const refused = await endOf(await lab.ask(other));
      expect(refused).toMatchObject({ state: 'refused', code: 'unschedulable' });
      expect(refused.reason).toContain('port 8080 of n1 is held by web-1');
      gate.open();
      expect(await lab.settled(moving)).toMatchObject({ state: 'succeeded' });
      expect(await endOf(await lab.ask(other))).toMatchObject({ state: 'succeeded' });
    });
  });

  test('is seen by a plan that was made before it was promised, though the other deployment has ended', async () => {
    lab = await DeploymentLab.open(['n1']);
    const surveyed = Promise.withResolvers<void>();
    const surveying = Promise.withResolvers<void>();
    const send = lab.agents.send.bind(lab.agents);
    let held = true;
    lab.agents.send = (async (nodeId, envelope, options) => {
      if (held && envelope.order.kind === 'survey') {
        held = false;
        surveying.resolve();
        await surveyed.promise;
      }
      return send(nodeId, envelope, options);
    }) as typeof send;
    const slow = await lab.ask(await lab.define({ ports: [fixed] }, 'slow'));
    await surveying.promise;
    const quickly = await lab.define({ ports: [fixed] }, 'quickly');
    expect(await endOf(await lab.ask(quickly))).toMatchObject({ state: 'succeeded' });
    surveyed.resolve();
    const refused = await lab.settled(slow);
    expect(refused).toMatchObject({ state: 'refused', code: 'unschedulable' });
    expect(refused.reason).toContain('held by quickly-1');
  });

  test('is another one for each of many services that ask at the same moment', async () => {
    lab = await DeploymentLab.open(['n1']);
    const names = Array.from({ length: 12 }, (_, at) => `web-${at + 1}`);
    const services = await Promise.all(names.map((name) => lab.define({ ports: [dynamic] }, name)));
    const asked = await Promise.all(services.map((service) => lab.ask(service)));
    await lab.queues.idle();
    const ends = await Promise.all(asked.map(({ id }) => lab.store.deployments.get(id)));
    expect(ends.map((end) => `${end?.state} ${end?.reason}`)).toEqual(names.map(() => 'succeeded '));
    const given = (await Promise.all(services.map(portsOf))).flat().map((port) => Number(port.split(' ')[2]));
    expect(given.toSorted()).toEqual(names.map((_, at) => 32_000 + at));
  });

  test('is not given to a slot that stays while one that is to be removed has it', async () => {
    lab = await DeploymentLab.open(['n1']);
    const web = await lab.define({ count: 3, ports: [dynamic] });
    await lab.run(web);
    expect(await portsOf(web)).toEqual(['web-1 n1 32000', 'web-2 n1 32001', 'web-3 n1 32002']);
    const more = { ...dynamic, containerPort: 443 };
    await lab.run(await lab.edit(web, { count: 2, ports: [dynamic, more] }));
    expect(await portsOf(web)).toEqual(['web-1 n1 32000 32003', 'web-2 n1 32001 32004']);
  });
});
