import { builtProgram } from '@restow/lab/programs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { type NameChange, namesSeenBy, staleAnswers, startNameWatch } from '../lab/name-watch.ts';
import { giveOutsideNames } from '../lab/outside-names.ts';

const quick = ['--min-running', '200ms', '--watch', '0s'];
const everyNode = ['--deployment-strategy', 'EVERY_NODE'];
const soon = { timeout: 20_000, interval: 200 };

/** There is no such name: ours, or nobody's anywhere. */
const noSuchName = 'ENOTFOUND';

describeCluster('names, as containers hear them', (cluster) => {
  const toUndo: (() => Promise<unknown>)[] = [];
  const resolvers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const { lab, hosts } = cluster();
    for (const host of hosts) resolvers.push(await giveOutsideNames(lab, host));
    await Promise.all([
      run('web', '-t', '3', '--deployment-strategy', 'HIGH_AVAILABILITY'),
      run('db'),
      run('db', '--stack', 'common'),
      run('app', '--stack', 'production'),
      run('api', '-t', '2', '--stack', 'back'),
      run('other', '--stack', 'shop'),
      run('cache', ...everyNode),
      run('own', '--dns', '192.0.2.53'),
      run('hosts', '--add-host', 'printer:192.0.2.9', '--dns-search', 'corp.test'),
    ]);
    await Promise.all([
      run('asker', '--link', 'web:backend'),
      run('front', '-t', '2', '--stack', 'shop', '--link', 'api.back:backend'),
      run('each', ...everyNode, '--link', 'cache:store'),
      run('single', '--link', 'cache:store'),
    ]);
  });
  afterEach(async () => {
    for (const undo of toUndo.splice(0).reverse()) await undo();
  });
  afterAll(async () => {
    for (const takeBack of resolvers) await takeBack();
  });

  const addressOf = ({ Config }: EngineContainer): string => Config.Labels['io.restow.address']!;
  /** What runs of a service of a stack (`''`: of none), by slot; from the engines. */
  const slotsOf = async (service: string, stack = ''): Promise<EngineContainer[]> =>
    (await cluster().running(service)).filter(({ Config }) => Config.Labels['io.restow.stack'] === stack);
  const addressesOf = async (service: string, stack = '') => (await slotsOf(service, stack)).map(addressOf).sort();
  const oneOf = async (service: string, stack = ''): Promise<EngineContainer> => {
    const [one] = await slotsOf(service, stack);
    if (!one) throw new Error(`Nothing of ${service} runs in the stack "${stack}"`);
    return one;
  };
  const run = (name: string, ...words: string[]) =>
    cluster().ok('service', 'run', '--name', name, ...quick, ...words, cluster().image('app:v1'));
  const seenBy = <Name extends string>(asker: EngineContainer, ...names: Name[]) =>
    namesSeenBy(cluster().lab, asker, ...names);
  const shellIn = ({ host, Id }: EngineContainer, line: string) =>
    cluster().lab.exec(host, ['docker', 'exec', Id, 'sh', '-c', line]);

  test('LNK-02, LNK-03: a slot is known by its name on every node, and a service by its own with all its slots, each first in turn', async () => {
    const slots = await slotsOf('web');
    expect(slots.map(({ host }) => host).sort()).toEqual(cluster().hosts);
    const all = slots.map(addressOf).sort();
    for (const asker of slots) {
      const {
        'web-1': one,
        'WEB-2': two,
        web,
        'web-4': four,
        wob: nobody,
      } = await seenBy(asker, ...(['web-1', 'WEB-2', 'web', 'web-4', 'wob'] as const));
      expect([one, two, web]).toEqual([[addressOf(slots[0]!)], [addressOf(slots[1]!)], all]);
      expect([four, nobody]).toEqual([noSuchName, noSuchName]);
      // As applications ask: by the library of their system.
      expect((await shellIn(asker, 'wget -q -O - http://web-2/ && ping -c 1 -W 2 web-3')).stdout).toMatch(/^v1\n/);
      expect((await shellIn(asker, 'wget -q -O - http://web-4/')).code).not.toBe(0);
    }
    const watch = startNameWatch(cluster().lab, slots[0]!, 'web');
    await watch.more(12);
    await watch.stop();
    const firsts = Map.groupBy(watch.of('web'), ({ addresses }) => addresses[0]);
    expect([...firsts.keys()].sort()).toEqual(all);
    expect(watch.of('web').every(({ ttl }) => ttl === 1)).toBe(true);
    // An address is called what its slot is called, from a node that has it and from one that has not.
    for (const asker of slots)
      expect((await shellIn(asker, `nslookup ${addressOf(slots[0]!)}`)).stdout).toMatch(
        /name = (web-1|restow-web-1-\w+\.restow-overlay)\n/,
      );
  });

  test('LNK-04, LNK-05: another stack is reached by its name, the own stack comes first, and what it does not have is that of no stack', async () => {
    const asker = await oneOf('app', 'production');
    const [common, plain] = [await addressesOf('db', 'common'), await addressesOf('db')];
    expect(common).not.toEqual(plain);
    expect(await seenBy(asker, 'db-1.common', 'db.common', 'db-1', 'db', 'db-1.production')).toEqual({
      ...{ 'db-1.common': common, 'db.common': common, 'db-1': plain, db: plain },
      'db-1.production': noSuchName,
    });
    await run('db', '--stack', 'production');
    const production = await addressesOf('db', 'production');
    expect(await seenBy(asker, 'db-1', 'db', 'db-1.production', 'db-1.common')).toEqual({
      ...{ 'db-1': production, db: production, 'db-1.production': production, 'db-1.common': common },
    });
    // Whoever is in no stack sees what is in none.
    expect(await seenBy(await oneOf('db'), 'db-1', 'app', 'app.production')).toEqual({
      ...{ 'db-1': plain, app: noSuchName, 'app.production': [addressOf(asker)] },
    });
    await cluster().ok('service', 'rm', 'db.production');
    await vi.waitFor(async () => expect(await seenBy(asker, 'db-1', 'db')).toEqual({ 'db-1': plain, db: plain }), soon);
  });

  test('LNK-09, LNK-12: an alias is all of its service and each of its slots, for the client and for nobody else', async () => {
    const api = await slotsOf('api', 'back');
    const clients = await slotsOf('front', 'shop');
    expect(clients).toHaveLength(2);
    for (const client of clients)
      expect(await seenBy(client, 'backend', 'backend-1', 'backend-2', 'backend-3', 'api')).toEqual({
        backend: api.map(addressOf).sort(),
        ...{ 'backend-1': [addressOf(api[0]!)], 'backend-2': [addressOf(api[1]!)] },
        ...{ 'backend-3': noSuchName, api: noSuchName },
      });
    expect((await shellIn(clients[0]!, 'wget -q -O - http://backend-2/')).stdout).toBe('v1\n');
    const unlinked = await oneOf('other', 'shop');
    expect(await seenBy(unlinked, 'backend', 'backend-1', 'front-1')).toEqual({
      ...{ backend: noSuchName, 'backend-1': noSuchName, 'front-1': [addressOf(clients[0]!)] },
    });
    expect(await seenBy(api[0]!, 'front', 'front-1', 'backend', 'api')).toEqual({
      ...{ front: noSuchName, 'front-1': noSuchName, backend: noSuchName, api: api.map(addressOf).sort() },
    });
  });

  test('LNK-09: a container knows its aliases from its first instruction on', async () => {
    const ask = 'for i in 1 2 3; do nslookup first-1 | grep -c "^Address: 10[.]"; done; exec /app/main';
    await cluster().ok(
      ...['service', 'run', '--name', 'early', ...quick, '--link', 'web:first', '--entrypoint', 'sh'],
      ...[cluster().image('app:v1'), '--', '-c', ask],
    );
    const early = await oneOf('early');
    const lines = (await cluster().lab.docker(early.host, 'logs', early.Id)).split('\n');
    expect(lines.slice(0, 3)).toEqual(['1', '1', '1']);
  });

  test('STR-07: of two services on every node that are linked, each client sees the server of its own node alone', async () => {
    const servers = await slotsOf('cache');
    const clients = await slotsOf('each');
    expect(clients.map(({ host }) => host).sort()).toEqual(cluster().hosts);
    for (const client of clients) {
      const own = servers.find(({ host }) => host === client.host)!;
      const seen = await seenBy(client, 'store', 'store-1', 'store-2', 'store-3', 'cache');
      expect(seen.store).toEqual([addressOf(own)]);
      for (const [at, server] of servers.entries())
        expect(seen[`store-${at + 1}` as 'store-1']).toEqual(server === own ? [addressOf(own)] : noSuchName);
      // By its own name it is a service as any other.
      expect(seen.cache).toEqual(servers.map(addressOf).sort());
    }
    expect(await seenBy(await oneOf('single'), 'store')).toEqual({ store: servers.map(addressOf).sort() });
  });

  test('LNK-06, SCL-05: through redeploys no answer is other than it was, and after a scale none is older than may be', async () => {
    const three = await addressesOf('web');
    const watch = startNameWatch(cluster().lab, await oneOf('asker'), 'web', 'web-1', 'web-4');
    toUndo.push(() => watch.stop());
    await watch.more(5);
    for (const version of ['app:v2', 'app:v1']) {
      await cluster().ok('service', 'update', '--image', cluster().image(version), 'web');
      await cluster().ok('service', 'redeploy', 'web');
    }
    const change = async (count: number, before: readonly string[]): Promise<NameChange> => {
      const from = Date.now();
      await cluster().ok('service', 'scale', `web=${count}`);
      const change = { from, to: Date.now(), before, after: await addressesOf('web') };
      await watch.past(change.to + 1500);
      return change;
    };
    const up = await change(4, three);
    const down = await change(3, up.after);
    expect([up.after.length, down.after]).toEqual([4, three]);
    await watch.stop();

    expect(watch.of('web').length).toBeGreaterThan(150);
    expect(staleAnswers(watch.of('web'), [up, down])).toEqual([]);
    expect(watch.of('web').filter(({ error }) => error !== null)).toEqual([]);
    const first = [addressOf(await oneOf('web'))];
    expect(watch.of('web-1').filter(({ addresses }) => addresses.join() !== first.join())).toEqual([]);
    const fourth = up.after.filter((address) => !three.includes(address));
    const ofFourth = [
      { ...up, before: [], after: fourth },
      { ...down, before: fourth, after: [] },
    ];
    expect(staleAnswers(watch.of('web-4'), ofFourth)).toEqual([]);
    expect(watch.of('web-4').some(({ addresses }) => addresses.join() === fourth.join())).toBe(true);
    // The control: seen as if the fourth slot had gone a minute before, or had never come, there would be some.
    expect(staleAnswers(watch.of('web'), [up, { ...down, from: 0, to: up.to }])).not.toEqual([]);
    expect(staleAnswers(watch.of('web'), [{ ...up, after: three }])).not.toEqual([]);
  });

  test('CRD-05, CRD-08: names are answered while every agent was killed, the coordinator is away and the engine restarts; not without restow-names, and again with it', async () => {
    const { lab, hosts } = cluster();
    const asker = await oneOf('asker');
    const other = hosts.find((host) => host !== asker.host)!;
    const all = await addressesOf('web');
    const [first = '', second = ''] = (await slotsOf('web')).map(addressOf);
    const watch = startNameWatch(lab, asker, 'web', 'backend-2', 'outside.test');
    toUndo.push(() => watch.stop());
    await watch.more(3);

    toUndo.push(async () => {
      await lab.stopCoordinator();
      await lab.startCoordinator();
      await Promise.all(
        hosts.map(async (host) => {
          await lab.stopAgent(host);
          await lab.startAgent(host);
        }),
      );
    });
    await lab.stopCoordinator('SIGKILL');
    for (const host of hosts) await lab.stopAgent(host, 'SIGKILL');
    await watch.more(20);
    // Its own start, too, takes nothing but what lies on the disk.
    toUndo.push(() => lab.stopNames(asker.host).then(() => lab.startNames(asker.host)));
    await lab.stopNames(asker.host, 'SIGKILL');
    const without = Date.now();
    expect((await seenBy(asker, 'web')).web).not.toEqual(all);
    await lab.startNames(asker.host);
    const withAgain = Date.now();
    await watch.more(10);
    expect(await seenBy(asker, 'web', 'backend-2', 'outside.test')).toEqual({
      ...{ web: all, 'backend-2': [second], 'outside.test': ['192.0.2.7'] },
    });
    // Containers of a node whose engine is started anew are answered as they were.
    await lab.engineRestart(other);
    await vi.waitFor(async () => {
      const [there] = (await slotsOf('web')).filter(({ host }) => host === other);
      expect(await seenBy(there!, 'web', 'web-1')).toEqual({ web: all, 'web-1': [first] });
    }, soon);
    await watch.stop();

    const heard = [...watch.of('web'), ...watch.of('backend-2'), ...watch.of('outside.test')];
    const isWhole = ({ until, at }: { until: number; at: number }) => until < without || at > withAgain;
    expect(heard.filter((each) => isWhole(each) && each.error !== null)).toEqual([]);
    expect(heard.filter(({ at }) => at > without && at < withAgain).some(({ error }) => error !== null)).toBe(true);
  });

  test("DC-01: name servers, search domains and hosts of a person's own are as he gave them", async () => {
    const [own, hosts] = [await oneOf('own'), await oneOf('hosts')];
    const serverOf = ({ host, Id }: EngineContainer) =>
      cluster().lab.docker(host, 'inspect', '-f', '{{.HostConfig.Dns}}', Id);
    expect([await serverOf(own), await serverOf(hosts)]).toEqual(['[192.0.2.53]', '[172.30.0.1]']);
    expect((await shellIn(hosts, 'cat /etc/resolv.conf')).stdout).toContain('search corp.test');
    expect((await shellIn(hosts, 'ping -c 1 -W 1 printer')).stdout).toContain('PING printer (192.0.2.9)');
    expect((await shellIn(hosts, 'ping -c 1 -W 2 web-1')).stdout).toContain(
      `PING web-1 (${addressOf((await slotsOf('web'))[0]!)})`,
    );
  });

  test('LNK-02: a machine that lets nobody in but whom it knows lets its containers ask, by rules of ours', async () => {
    const { lab } = cluster();
    const asker = await oneOf('asker');
    const iptables = (...words: string[]) => lab.exec(asker.host, ['iptables', '-w', '10', ...words]);
    const ours = (await iptables('-S', 'INPUT')).stdout.split('\n').filter((row) => row.includes('--comment restow'));
    expect(ours).toHaveLength(2);
    // As `ufw` has it: what is under way and the machine's own, and nothing else.
    const known = ['INPUT', '-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT'];
    toUndo.push(async () => {
      await iptables('-P', 'INPUT', 'ACCEPT');
      await iptables('-D', ...known);
    });
    await iptables('-A', ...known);
    await iptables('-P', 'INPUT', 'DROP');
    const all = await addressesOf('web');
    expect(await seenBy(asker, 'web')).toEqual({ web: all });
    // The control: by that way they ask, and what its owner drops before our rules stays dropped.
    const dropped = ['INPUT', '-i', 'rsnode0', '-p', 'udp', '--dport', '53', '-j', 'DROP'];
    toUndo.push(() => iptables('-D', ...dropped));
    await iptables('-I', ...dropped);
    expect((await seenBy(asker, 'web')).web).not.toEqual(all);
  });

  test('LNK-02: an agent that leaves takes what names lead to with it', async () => {
    const { lab } = cluster();
    await cluster().clear();
    const data = `${lab.dir}/hosts/n3/agent`;
    const listening = async () => (await lab.exec('n3', ['ss', '-Hlnu', 'sport = :53'])).stdout;
    expect(await listening()).toContain('172.30.0.1:53');
    toUndo.push(async () => {
      await lab.stopAgent('n3');
      await lab.startAgent('n3');
      await vi.waitFor(async () => expect(await listening()).toContain('172.30.0.1:53'), soon);
    });
    await lab.stopAgent('n3');
    const left = await lab.exec('n3', [process.execPath, builtProgram('agent'), 'leave', '--data', data]);
    expect(left).toMatchObject({ code: 0, stderr: '' });
    await vi.waitFor(async () => expect(await listening()).not.toContain('172.30.0.1:53'), soon);
    expect((await lab.exec('n3', ['ls', '-A', `${data}/names`])).stdout).toBe('');
  });
});
