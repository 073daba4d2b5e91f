import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';

describe('SCL-02: sequential', () => {
  let lab: DeploymentLab;
  beforeEach(async () => {
    lab = await DeploymentLab.open();
  });
  afterEach(() => lab.end());

  const define = (changes: Partial<ServiceDefinition> = {}): Promise<Service> =>
    lab.define({ count: 3, sequential: true, ...changes });
  /** Orders that change anything, `take web-1`. */
  const acts = () =>
    lab.agents
      .lines('pull-image', 'prepare', 'open', 'drain', 'take', 'flip')
      .map((line) => line.split(' ').slice(0, 2).join(' '));
  const envOf = (slot: string): Record<string, string> => {
    const made = lab.agents.sent.findLast(({ line }) => line.startsWith(`prepare ${slot} `));
    if (made?.order.kind !== 'prepare') throw new Error(`${slot} was not prepared`);
    return made.order.instance.env;
  };

  test('a first deployment makes and starts one after the other, all images pulled before', async () => {
    expect(await lab.run(await define())).toMatchObject({ state: 'succeeded' });
    expect(acts().slice(0, 3).toSorted()).toEqual(['pull-image web-1', 'pull-image web-2', 'pull-image web-3']);
    // The first is made before anything begins: what the engine refuses of one it refuses of all.
    expect(acts().slice(3)).toEqual([
      ...['prepare web-1', 'take web-1', 'flip web-1'],
      ...['prepare web-2', 'take web-2', 'flip web-2'],
      ...['prepare web-3', 'take web-3', 'flip web-3'],
    ]);
    expect(lab.agents.engines.happened).toEqual(
      [1, 2, 3].flatMap((index) => [`create web-${index}`, `start web-${index}`]),
    );
  });

  test.each([
    ['start-first', ['prepare', 'open', 'take', 'flip', 'drain']],
    ['stop-first', ['prepare', 'drain', 'take', 'flip']],
  ] as const)('a redeploy, %s, goes slot by slot too', async (order, rows) => {
    const service = await define({ update: quick({ order }) });
    await lab.run(service);
    lab.agents.sent.length = 0;
    expect(await lab.run(service)).toMatchObject({ state: 'succeeded' });
    expect(acts().slice(3)).toEqual([1, 2, 3].flatMap((index) => rows.map((row) => `${row} web-${index}`)));
  });

  test('with recreate all end before the first new one is started', async () => {
    const service = await define({ update: quick({ order: 'recreate' }) });
    await lab.run(service);
    lab.agents.sent.length = 0;
    expect(await lab.run(service)).toMatchObject({ state: 'succeeded' });
    expect(acts().slice(4, 7).toSorted()).toEqual(['drain web-1', 'drain web-2', 'drain web-3']);
    expect(acts().slice(7)).toEqual([
      ...['take web-1', 'flip web-1'],
      ...[2, 3].flatMap((index) => ['prepare', 'take', 'flip'].map((row) => `${row} web-${index}`)),
    ]);
  });

  test('what cannot be prepared is refused at the first, and a failed swap at a later one', async () => {
    const service = await define();
    await lab.run(service);
    lab.agents.failAt('prepare', 'web-1', {}, { times: 1 });
    expect(await lab.run(service)).toMatchObject({ state: 'refused' });
    lab.agents.sent.length = 0;
    lab.agents.failAt('prepare', 'web-2', { message: 'no room for it' });
    const after = await lab.run(service);
    expect(after).toMatchObject({ state: 'undone' });
    expect(after.reason).toContain('no room for it');
    expect(acts()).not.toContain('prepare web-3');
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2', 'web-3 n3']);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1]);
  });

  test('without it they begin at the same time', async () => {
    const service = await define({ sequential: false, ports: [] });
    await lab.run(service);
    expect(lab.agents.engines.happened).toEqual([
      ...['create web-1', 'create web-2', 'create web-3'],
      ...['start web-1', 'start web-2', 'start web-3'],
    ]);
    expect(envOf('web-3')).toEqual({});
  });

  describe('each is told where those before it are', () => {
    const ports = [
      { containerPort: 6379, protocol: 'tcp', published: false, hostPort: null } as const,
      { containerPort: 80, protocol: 'tcp', published: true, hostPort: null } as const,
    ];

    test('by their addresses, and only those', async () => {
      await lab.run(await define({ ports, env: { WEB_2_PORT: 'mine', OWN: '1' } }));
      expect(envOf('web-1')).toEqual({ WEB_2_PORT: 'mine', OWN: '1' });
      const three = envOf('web-3');
      expect(Object.keys(three).filter((name) => name.startsWith('WEB_3'))).toEqual([]);
      expect(three).toMatchObject({
        WEB_1_PORT: 'tcp://10.7.0.1:80',
        WEB_1_PORT_80_TCP_ADDR: '10.7.0.1',
        WEB_1_PORT_6379_TCP: 'tcp://10.7.0.1:6379',
        WEB_2_PORT_80_TCP: 'tcp://10.7.0.2:80',
        // The person's own word wins.
        WEB_2_PORT: 'mine',
      });
    });

    test('the same after a restart as before it', async () => {
      const service = await define({ ports });
      const gate = lab.agents.holdAt('take', 'web-2');
      await lab.ask(service);
      await gate.reached;
      const before = envOf('web-2');
      await lab.kill();
      gate.open();
      await lab.restart();
      expect(envOf('web-2')).toEqual(before);
      expect(Object.keys(before)).toContain('WEB_1_PORT');
      expect(lab.agents.engines.happened.filter((what) => what.startsWith('create'))).toHaveLength(3);
    });

    test('not of a slot that this deployment removes', async () => {
      const service = await define({ strategy: 'EVERY_NODE', count: 1, ports });
      await lab.run(service);
      expect(Object.keys(envOf('web-2'))).toContain('WEB_1_PORT');
      const [n1] = await lab.store.nodes.list();
      for (const node of await lab.store.nodes.list())
        await lab.store.nodes.put({ ...node, tags: node.id === n1!.id ? [] : ['rest'] });
      await lab.run(await lab.edit(service, { tags: ['rest'] }));
      expect(envOf('web-2')).toEqual({});
      expect(Object.keys(envOf('web-3')).filter((name) => name.startsWith('WEB_1'))).toEqual([]);
      expect(Object.keys(envOf('web-3'))).toContain('WEB_2_PORT');
    });
  });
});
