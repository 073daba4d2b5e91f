import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRollout } from '../../packages/coordinator/src/deployment/open-rollout.ts';
import { createService } from '../../packages/coordinator/src/services/define-service.ts';
import { publicNamesIn } from '../../packages/coordinator/src/zone/public-names.ts';
import { DeploymentLab } from '../lib/deployment-lab.ts';

const port = { containerPort: 80, protocol: 'tcp', published: false, hostPort: null } as const;

describe('links', () => {
  let lab: DeploymentLab;
  let web: Service;
  beforeEach(async () => {
    lab = await DeploymentLab.open();
    web = await lab.define({ count: 2, ports: [port], env: { WEBROOT: '/login', TOKEN: 'hush' }, secrets: ['TOKEN'] });
    await lab.run(web);
  });
  afterEach(() => lab.end());

  const client = (changes: Partial<ServiceDefinition> = {}, name = 'proxy'): Promise<Service> =>
    lab.define({ links: [{ service: 'web', alias: 'site' }], ...changes }, name);
  /** What the container of a slot was made with last. */
  const specOf = (slot: string) => {
    const made = lab.agents.sent.findLast(({ line }) => line.startsWith(`prepare ${slot} `));
    if (made?.order.kind !== 'prepare') throw new Error(`${slot} was not prepared`);
    return made.order.instance;
  };
  const told = (slot: string) => Object.keys(specOf(slot).env).sort();
  const ofSlot = (index: number) => [
    `SITE_${index}_ENV_WEBROOT`,
    ...['', '_80_TCP', '_80_TCP_ADDR', '_80_TCP_PORT', '_80_TCP_PROTO'].map((end) => `SITE_${index}_PORT${end}`),
  ];

  test('LNK-07, LNK-08: every slot of the linked service, by the alias, and nothing that is secret', async () => {
    expect(await lab.run(await client())).toMatchObject({ state: 'succeeded' });
    const [first] = await lab.store.slots.ofService(web.id);
    expect(specOf('proxy-1').env).toMatchObject({
      SITE_1_PORT: `tcp://${first!.address}:80`,
      SITE_1_PORT_80_TCP_ADDR: first!.address,
      SITE_2_ENV_WEBROOT: '/login',
    });
    expect(told('proxy-1')).toEqual([...ofSlot(1), ...ofSlot(2)]);
    expect(specOf('proxy-1').links).toEqual([{ alias: 'site', serviceId: web.id, serviceName: 'web' }]);
  });

  test('LNK-12: the linked service is told nothing of those that link to it', async () => {
    await lab.run(await client());
    await lab.run(web);
    expect(specOf('web-1')).toMatchObject({ env: { WEBROOT: '/login', TOKEN: 'hush' }, links: [] });
    expect(told('web-1')).toEqual(['TOKEN', 'WEBROOT']);
  });

  test('LNK-10: what is told changes with the client’s own redeploy only, and is no pending edit', async () => {
    const proxy = await client();
    await lab.run(proxy);
    lab.agents.sent.length = 0;
    await lab.run(await lab.edit(web, { count: 3 }));
    expect(lab.agents.sent.filter(({ line }) => line.includes('proxy'))).toEqual([]);
    await lab.run(proxy);
    expect(told('proxy-1')).toEqual([...ofSlot(1), ...ofSlot(2), ...ofSlot(3)]);
  });

  test('what the person gives wins over what is told', async () => {
    await lab.run(await client({ env: { SITE_1_PORT: 'mine' } }));
    expect(specOf('proxy-1').env.SITE_1_PORT).toBe('mine');
    expect(told('proxy-1')).toEqual([...ofSlot(1), ...ofSlot(2)]);
  });

  test('both sides may link to each other, and neither is told of what the other is told', async () => {
    await lab.run(await client({ env: { MODE: 'front' } }));
    await lab.run(await lab.edit(web, { links: [{ service: 'proxy', alias: 'front' }] }));
    expect(told('web-1')).toEqual(['FRONT_1_ENV_MODE', 'TOKEN', 'WEBROOT']);
  });

  test('what is told is what runs, with what the newest definition calls secret left out', async () => {
    await lab.edit(web, { env: { WEBROOT: '/new', TOKEN: 'hush' }, secrets: ['WEBROOT'] });
    await lab.run(await client());
    expect(specOf('proxy-1').env).toMatchObject({ SITE_1_ENV_TOKEN: 'hush' });
    expect(told('proxy-1')).not.toContain('SITE_1_ENV_WEBROOT');
    // Nor was the secret that runs made public by giving the variable another value that is none.
    await lab.edit(web, { env: { TOKEN: 'public' }, secrets: [] });
    await lab.run(await client({}, 'another'));
    expect(told('another-1')).not.toContain('SITE_1_ENV_TOKEN');
    // A secret of what runs stays one when the next definition has no such variable.
    await lab.edit(web, { env: {}, secrets: [] });
    await lab.run(await client({}, 'other'));
    expect(told('other-1')).not.toContain('SITE_1_ENV_TOKEN');
  });

  test('a deployment that is taken up again tells the same, whatever became of the linked service', async () => {
    const proxy = await client();
    const deployment = await lab.run(proxy);
    const { env, links } = specOf('proxy-1');
    await lab.remove(web);
    const again = await openRollout(lab.world, deployment, new AbortController().signal);
    expect(again.swaps[0]!.spec).toMatchObject({ env, links });
  });

  describe('the plan refuses', () => {
    const refusal = async (service: Service) => {
      const { state, reason } = await lab.run(service);
      return { state, reason };
    };

    test('a link to a service that is gone', async () => {
      const proxy = await client();
      await lab.run(proxy);
      await lab.remove(web);
      expect(await refusal(proxy)).toEqual({
        state: 'refused',
        reason: 'proxy cannot be deployed: there is no service web to link to.',
      });
      // Nothing else is kept from being changed by it.
      await lab.edit(proxy, { env: { A: '1' } });
    });

    test('an alias that is by now the name of another service', async () => {
      const proxy = await client();
      await lab.define({}, 'site');
      expect(await refusal(proxy)).toEqual({
        state: 'refused',
        reason:
          'proxy cannot be deployed: the alias site would stand before the name of the service site: choose another one.',
      });
    });

    test('more than a program can be given', async () => {
      const blobs = Object.fromEntries(['A', 'B', 'C', 'D'].map((name) => [name, 'x'.repeat(130_000)]));
      await lab.run(await lab.edit(web, { count: 5, env: blobs, secrets: [] }));
      expect(await refusal(await client())).toMatchObject({
        state: 'refused',
        reason: expect.stringContaining('a program can be given 1966080: link to fewer slots'),
      });
      await lab.run(await lab.edit(web, { secrets: ['A', 'B', 'C'], env: blobs }));
      expect(await refusal(await client({}, 'other'))).toMatchObject({ state: 'succeeded' });
    });
  });

  describe('at once, where a link is new', () => {
    test.each([
      ['nobody', 'x', 'links[0].service', 'there is no service nobody to link to'],
      ['proxy', 'x', 'links[0].service', 'proxy cannot link to itself'],
      ['web', 'proxy', 'links[0].alias', 'would stand before the name of the service proxy'],
    ])('%s:%s', (service, alias, field, message) =>
      expect(client({ links: [{ service, alias }] })).rejects.toMatchObject({
        code: 'invalid',
        problems: [{ field, message: expect.stringContaining(message) }],
      }),
    );
  });

  test('LNK-05: of two services of one name the one of the own stack is meant', async () => {
    const own = await createService(
      lab.world,
      'web',
      { ...web.definition, env: { WEBROOT: '/own' }, secrets: [] },
      'shop',
    );
    expect((await lab.run(own)).reason).toBe('');
    const links = [
      { service: 'web', alias: 'site' },
      { service: 'web.shop', alias: 'again' },
    ];
    const inside = await createService(lab.world, 'proxy', { ...web.definition, env: {}, secrets: [], links }, 'shop');
    await lab.run(inside);
    expect(specOf('proxy-1').env).toMatchObject({ SITE_1_ENV_WEBROOT: '/own', AGAIN_1_ENV_WEBROOT: '/own' });
    await lab.run(await client({ links }, 'outside'));
    expect(specOf('outside-1').env).toMatchObject({ SITE_1_ENV_WEBROOT: '/login', AGAIN_1_ENV_WEBROOT: '/own' });
  });

  test('two services of one name never have one volume', async () => {
    const mount = { path: '/data', name: null, access: 'exclusive', readOnly: false } as const;
    for (const stack of ['a', 'b'])
      await lab.run(await createService(lab.world, 'db', { ...web.definition, count: 1, volumes: [mount] }, stack));
    const volumes = (await lab.store.volumes.list()).filter(({ name }) => name.startsWith('db-1'));
    expect(new Set(volumes.map(({ name }) => name)).size).toBe(2);
  });

  test('LNK-11: told of itself where the cluster does so, and those that link to it are told too', async () => {
    lab.world.dockerCloudUrl = 'http://10.0.0.2:7601';
    lab.world.publicNames = publicNamesIn({ domain: 'example.test', namespace: 'main' });
    const proxy = await client();
    await lab.run(proxy);
    const { env, instanceId } = specOf('proxy-1');
    const [slot] = await lab.store.slots.ofService(web.id);
    const base = 'http://10.0.0.2:7601/api/app/v1';
    expect(env).toMatchObject({
      DOCKERCLOUD_CONTAINER_API_URL: `${base}/container/${instanceId}/`,
      DOCKERCLOUD_SERVICE_HOSTNAME: 'proxy',
      TUTUM_CONTAINER_FQDN: `proxy-1.${instanceId.slice(0, 8)}.cont.example.test`,
      SITE_DOCKERCLOUD_API_URL: `${base}/service/${web.id}/`,
      SITE_1_ENV_DOCKERCLOUD_CONTAINER_API_URL: `${base}/container/${slot!.desired!.instanceId}/`,
    });
    await lab.run(proxy);
    const next = specOf('proxy-1');
    expect(next.instanceId).not.toBe(instanceId);
    expect(next.env.DOCKERCLOUD_CONTAINER_API_URL).toBe(`${base}/container/${next.instanceId}/`);
    lab.world.dockerCloudUrl = null;
    await lab.run(proxy);
    expect(told('proxy-1').filter((name) => /DOCKERCLOUD|TUTUM/.test(name))).toEqual([]);
  });
});
