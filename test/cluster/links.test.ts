import { afterEach, expect, test } from 'vitest';
import { describeCluster } from '../lab/cluster.ts';

const hasty = ['--min-running', '200ms', '--watch', '0s'];

describeCluster('links and stacks', (cluster) => {
  afterEach(() => cluster().clear());

  /** What the process of each slot was started with, as the kernel has it. */
  const environmentsOf = async (service: string): Promise<Record<string, string>[]> => {
    const { lab, running } = cluster();
    return Promise.all(
      (await running(service)).map(async ({ host, Id }) => {
        const text = await lab.docker(host, 'exec', Id, 'sh', '-c', 'tr "\\000" "\\n" </proc/1/environ');
        return Object.fromEntries(text.split('\n').map((entry) => entry.split(/=(.*)/s, 2) as [string, string]));
      }),
    );
  };
  const environmentOf = async (service: string): Promise<Record<string, string>> => (await environmentsOf(service))[0]!;
  const only = (environment: Record<string, string>, what: RegExp) =>
    Object.fromEntries(Object.entries(environment).filter(([name]) => what.test(name)));
  const addressesOf = async (service: string): Promise<string[]> =>
    (await cluster().running(service)).map(
      ({ NetworkSettings }) => NetworkSettings.Networks['restow-overlay']!.IPAddress,
    );
  const run = (name: string, ...flags: string[]) => {
    const { ok, image } = cluster();
    return ok('service', 'run', '--name', name, ...hasty, ...flags, image('app:v1'));
  };
  /** `web` under the alias `site`. */
  const toldOf = (index: number, address: string) => ({
    [`SITE_${index}_PORT`]: `tcp://${address}:80`,
    [`SITE_${index}_PORT_80_TCP`]: `tcp://${address}:80`,
    [`SITE_${index}_PORT_80_TCP_ADDR`]: address,
    [`SITE_${index}_PORT_80_TCP_PORT`]: '80',
    [`SITE_${index}_PORT_80_TCP_PROTO`]: 'tcp',
    [`SITE_${index}_ENV_WEBROOT`]: '/login',
  });
  const web = ['--expose', '80', '-e', 'WEBROOT=/login', '-e', 'TOKEN=hush', '--secret', 'TOKEN'];

  test('LNK-07, LNK-08, LNK-12: the client has the documented table and no secret; the server has nothing of the client', async () => {
    const { ok, inside } = cluster();
    await run('web', '-t', '2', ...web);
    await run('proxy', '--link', 'web:site', '-e', 'MODE=front', '--expose', '8080');
    const [first, second] = await addressesOf('web');
    const told = await environmentOf('proxy');
    expect(only(told, /^(?:SITE|WEB)/)).toEqual({ ...toldOf(1, first!), ...toldOf(2, second!) });
    expect(Object.entries(told).filter((entry) => entry.join().includes('hush'))).toEqual([]);
    expect(
      await inside('proxy-1', 'timeout 2 wget -qO- http://$SITE_2_PORT_80_TCP_ADDR:$SITE_2_PORT_80_TCP_PORT/'),
    ).toBe('v1');

    // Not by the client's deployment, and not by one of its own after that.
    await ok('service', 'redeploy', 'web');
    for (const environment of await environmentsOf('web')) {
      expect(environment).toMatchObject({ WEBROOT: '/login', TOKEN: 'hush' });
      expect(only(environment, /PROXY|SITE|MODE/)).toEqual({});
    }

    // What stops being a secret is told with the next deployment of who is told.
    await ok('service', 'update', '--secret', '', 'web');
    expect(await environmentOf('proxy')).toEqual(told);
    await ok('service', 'redeploy', 'proxy');
    expect(await environmentOf('proxy')).toMatchObject({ SITE_1_ENV_TOKEN: 'hush', SITE_2_ENV_TOKEN: 'hush' });
  });

  test('LNK-10: a slot more of the server is in the client’s environment once the client is redeployed, not before', async () => {
    const { ok, json, running } = cluster();
    await run('web', '-t', '2', ...web);
    await run('proxy', '--link', 'web:site');
    const before = await environmentOf('proxy');
    const [container] = await running('proxy');
    await ok('service', 'scale', 'web=3');
    expect(await running('web')).toHaveLength(3);
    expect((await running('proxy')).map(({ Id }) => Id)).toEqual([container!.Id]);
    expect(await environmentOf('proxy')).toEqual(before);
    expect(only(before, /^SITE_3/)).toEqual({});
    // Nobody edited the client.
    expect(await json('service', 'inspect', 'proxy')).toMatchObject([{ synchronized: true, pending: [] }]);

    await ok('service', 'redeploy', 'proxy');
    const [, , third] = await addressesOf('web');
    expect(only(await environmentOf('proxy'), /^SITE_3/)).toEqual(toldOf(3, third!));
  });

  test('LNK-04, LNK-05: two services of one name in two stacks are two, with volumes of their own, each found by its name', async () => {
    const { ok, restow, json, containers, lab } = cluster();
    for (const stack of ['common', 'prod'])
      await run('db', '--stack', stack, '-e', `STACK=${stack}`, '--expose', '80', '-v', '/data');
    await run('web', '--stack', 'prod', '--link', 'db:own', '--link', 'db.common:shared');
    expect(only(await environmentOf('web'), /_ENV_/)).toEqual({
      OWN_1_ENV_STACK: 'prod',
      SHARED_1_ENV_STACK: 'common',
    });

    const made = await containers('db');
    const stackOf = ({ Config }: (typeof made)[number]) => Config.Labels['io.restow.stack'];
    expect(made.map(stackOf).sort()).toEqual(['common', 'prod']);
    expect(new Set(made.map(({ Name }) => Name)).size).toBe(2);
    expect(new Set(made.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name))).size).toBe(2);
    for (const container of made)
      await lab.docker(container.host, 'exec', container.Id, 'sh', '-c', `echo ${stackOf(container)} >/data/whose`);

    expect(await ok('service', 'ls', '-q')).toBe('db.common\ndb.prod\nweb.prod');
    const ambiguous = await restow('service', 'redeploy', 'db');
    expect(ambiguous.stderr).toMatch(/"db" means several services: db\.common \(\w{8}\), db\.prod \(\w{8}\)/);
    expect(ambiguous.code).not.toBe(0);
    expect(await restow('service', 'create', '--name', 'db', '--stack', 'prod', 'x:1')).toMatchObject({
      stderr: expect.stringContaining('A service named db.prod exists already'),
    });
    // The one that is meant, and no other; its log is its own too.
    await ok('service', 'redeploy', 'db.prod');
    const after = await containers('db');
    const idOf = (all: typeof made, stack: string) => all.find((each) => stackOf(each) === stack)!;
    expect(idOf(after, 'common').Id).toBe(idOf(made, 'common').Id);
    const next = idOf(after, 'prod');
    expect(next.Id).not.toBe(idOf(made, 'prod').Id);
    expect(await lab.docker(next.host, 'exec', next.Id, 'cat', '/data/whose')).toBe('prod');
    const slots = await json<{ name: string; slots: string[] }[]>('node', 'ls');
    expect(slots.flatMap((node) => node.slots).sort()).toEqual(['db-1.common', 'db-1.prod', 'web-1.prod']);

    await ok('service', 'rm', 'db.common');
    expect((await containers('db')).map(stackOf)).toEqual(['prod']);
    // Now it is the only one of that name.
    expect(await json('service', 'inspect', 'db')).toMatchObject([{ name: 'db', stack: 'prod' }]);
  });

  test('a link is a change of the client, what the person gives wins, and one that leads nowhere is refused in the plan', async () => {
    const { ok, json, restow, running } = cluster();
    await run('web', ...web);
    await run('proxy', '-e', 'SITE_1_PORT=mine');
    await ok('service', 'update', '--link', 'web:site', 'proxy');
    expect(await json('service', 'inspect', 'proxy')).toMatchObject([{ synchronized: false, pending: ['links'] }]);
    expect(only(await environmentOf('proxy'), /^SITE/)).toEqual({ SITE_1_PORT: 'mine' });
    await ok('service', 'redeploy', 'proxy');
    const [address] = await addressesOf('web');
    expect(only(await environmentOf('proxy'), /^SITE/)).toEqual({ ...toldOf(1, address!), SITE_1_PORT: 'mine' });

    const [container] = await running('proxy');
    const removal = await restow('service', 'rm', 'web');
    expect(removal).toMatchObject({ code: 0, stderr: expect.stringContaining('proxy links to web') });
    for (const words of [['plan'], ['service', 'redeploy']]) {
      const { code, stdout, stderr } = await restow(...words, 'proxy');
      expect(stdout + stderr).toContain('proxy cannot be deployed: there is no service web to link to.');
      expect(code).not.toBe(0);
    }
    expect((await running('proxy')).map(({ Id }) => Id)).toEqual([container!.Id]);
    // An alias that is a name would be found before it.
    const shadow = await restow('service', 'create', '--link', 'proxy:proxy-1', '--name', 'other', 'x:1');
    expect(shadow).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the alias proxy-1 would stand before the name of slot 1 of the service proxy'),
    });
  });

  test('LNK-11: containers are told of themselves as Docker Cloud did, anew with every instance, where the cluster is set so', async () => {
    const { ok, lab, running } = cluster();
    await run('web', ...web);
    expect(only(await environmentOf('web'), /DOCKERCLOUD|TUTUM/)).toEqual({});
    await lab.stopCoordinator();
    await lab.startCoordinator({ RESTOW_DOCKER_CLOUD_URL: 'http://192.0.2.1:7601' });
    try {
      await ok('service', 'redeploy', 'web');
      await run('proxy', '--link', 'web:site');
      const told = async () => {
        const [container] = await running('proxy');
        const { Labels } = container!.Config;
        const instance = Labels['io.restow.instance']!;
        const environment = await environmentOf('proxy');
        const things = `^(?:DOCKERCLOUD|TUTUM)_(?:SERVICE|CONTAINER|NODE)_(?:API_UR[IL]|FQDN|HOSTNAME)$`;
        expect(Object.keys(only(environment, new RegExp(things)))).toHaveLength(24);
        expect(environment).toMatchObject({
          DOCKERCLOUD_CONTAINER_API_URI: `/api/app/v1/container/${instance}/`,
          DOCKERCLOUD_CONTAINER_API_URL: `http://192.0.2.1:7601/api/app/v1/container/${instance}/`,
          TUTUM_SERVICE_API_URI: `/api/app/v1/service/${Labels['io.restow.service']}/`,
          DOCKERCLOUD_CONTAINER_HOSTNAME: 'proxy-1',
          DOCKERCLOUD_CONTAINER_FQDN: `proxy-1.${instance.slice(0, 8)}.cont.restow.test`,
          DOCKERCLOUD_NODE_HOSTNAME: container!.host,
          DOCKERCLOUD_NODE_FQDN: `${container!.host}.node.restow.test`,
          DOCKERCLOUD_SERVICE_HOSTNAME: 'proxy',
        });
        const [server] = await running('web');
        expect(environment).toMatchObject({
          SITE_DOCKERCLOUD_API_URL: `http://192.0.2.1:7601/api/app/v1/service/${server!.Config.Labels['io.restow.service']}/`,
          SITE_1_ENV_DOCKERCLOUD_CONTAINER_API_URI: `/api/app/v1/container/${server!.Config.Labels['io.restow.instance']}/`,
        });
        return instance;
      };
      const first = await told();
      await ok('service', 'redeploy', 'proxy');
      expect(await told()).not.toBe(first);
    } finally {
      await lab.stopCoordinator();
      await lab.startCoordinator();
    }
  });
});
