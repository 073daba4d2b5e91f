import { beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';

/** One end of a container as `ip` inside it shows it. */
interface End {
  address: string;
  mac: string;
}

interface FdbRow {
  mac: string;
  ifname: string;
  dst?: string;
  master?: string;
  flags: string[];
  state?: string;
}

interface NeighbourRow {
  dst: string;
  lladdr?: string;
  state: string[];
}

const quick = ['--min-running', '200ms', '--watch', '0s'];

/** `02:42:` and the four bytes of the address. */
const macFor = (address: string): string =>
  ['02', '42', ...address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'))].join(':');

/** A shell line that prints what a web server answers within a second. (busybox's `wget -T` crashes on Debian 12.) */
const asking = (address: string): string => `timeout 1 wget -q -O - http://${address}/`;

describeCluster('addresses of slots', (cluster) => {
  /** The overlay end of a slot's container, read inside it: the link whose address is the overlay's. */
  const endOf = async (slot: string): Promise<End> => {
    const { inside } = cluster();
    const inet = /^\d+: (\S+)\s+inet (10\.7\.\S+) /m.exec(await inside(slot, 'ip -o -4 addr show'));
    if (!inet) throw new Error(`${slot} has no address of the overlay`);
    const [, link = '', address = ''] = inet;
    const mac = await inside(slot, `cat /sys/class/net/${link}/address`);
    return { address, mac };
  };
  const endsOf = (slots: string[]): Promise<End[]> => Promise.all(slots.map(endOf));

  /** What one slot's container is answered by an address; empty when nothing answers. */
  const askFrom = (slot: string, address: string): Promise<string> =>
    cluster().inside(slot, `${asking(address)} || true`);

  /** Everything a host's kernel holds for a MAC and its address: on any of its bridges, on its way to other hosts. */
  const entriesOn = async (host: string, address: string) => {
    const { lab } = cluster();
    const read = async <Row>(...argv: string[]): Promise<Row[]> => {
      const { stdout, stderr, code } = await lab.exec(host, argv);
      if (code !== 0) throw new Error(`${argv.join(' ')} on ${host} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout || '[]') as Row[];
    };
    const fdb = (await read<FdbRow>('bridge', '-j', 'fdb', 'show')).filter(({ mac }) => mac === macFor(address));
    const neighbours = (await read<NeighbourRow>('ip', '-j', 'neigh', 'show')).filter(({ dst }) => dst === address);
    const overVxlan = fdb.filter(({ ifname }) => ifname === 'rsvx0');
    return {
      /** Hosts the VXLAN device sends its frames to. */
      sentTo: overVxlan.filter(({ flags }) => flags.includes('self')).map(({ dst }) => dst),
      /** The bridge gives its frames to the VXLAN device. */
      bridged: overVxlan.filter(({ master }) => master).map(({ flags, state }) => [state, ...flags].join(' ')),
      /** Bridge ports, apart from the VXLAN device, that it was seen on or bound to. */
      otherPorts: fdb.filter(({ ifname }) => ifname !== 'rsvx0').length,
      neighbours: neighbours.map(({ lladdr, state }) => `${lladdr} ${state.join(' ')}`),
    };
  };
  /** What a host holds that reaches the address on another one, and nothing else. */
  const reaching = (address: string, home: string) => ({
    sentTo: [cluster().addressOf(home)],
    bridged: ['static sticky'],
    otherPorts: 0,
    neighbours: [`${macFor(address)} PERMANENT`],
  });
  const nothing = { sentTo: [], bridged: [], otherPorts: 0, neighbours: [] };

  test('DC-14, CRD-08: every slot has the address and MAC inside its container that it had before', async () => {
    const { ok, image, running } = cluster();
    const slots = ['web-1', 'web-2', 'web-3'];
    await ok('service', 'run', '--name', 'web', '-t', '3', ...quick, image('app:v1'));
    const before = await endsOf(slots);
    const containers = (await running('web')).map(({ Id }) => Id);
    expect(new Set(before.map(({ address }) => address)).size).toBe(3);
    for (const { address, mac } of before) expect(mac).toBe(macFor(address.split('/')[0]!));

    await ok('service', 'update', '--image', image('app:v2'), 'web');
    await ok('service', 'redeploy', 'web');
    expect(await endsOf(slots)).toEqual(before);
    const now = await running('web');
    expect(now.filter(({ Id }) => containers.includes(Id))).toEqual([]);
    // The peers' view: each slot reaches the next one, on another node, at the address it always had.
    for (const [at, slot] of slots.entries())
      expect(await askFrom(slot, before[(at + 1) % 3]!.address.split('/')[0]!)).toBe('v2');
    expect(await askFrom('web-1', '10.7.200.200')).toBe('');
  });

  test('CRD-08: a container that the engine restarts, asked or after a crash, has its address again', async () => {
    const { lab, running } = cluster();
    const before = await endOf('web-2');
    const { host, Id, State } = (await running('web'))[1]!;
    await lab.docker(host, 'restart', '-t', '1', Id);
    expect(await endOf('web-2')).toEqual(before);
    const [, again] = await running('web');
    expect(again).toMatchObject({ Id, host });
    expect(again!.State.StartedAt).not.toBe(State.StartedAt);

    await lab.exec(host, ['sh', '-c', `kill -9 ${again!.State.Pid}`]);
    await vi.waitFor(
      async () => {
        const [, third] = await running('web');
        expect(third).toMatchObject({ Id });
        expect(third!.State.StartedAt).not.toBe(again!.State.StartedAt);
        expect(await endOf('web-2')).toEqual(before);
        expect(await askFrom('web-1', before.address.split('/')[0]!)).toBe('v2');
      },
      { timeout: 15_000, interval: 200 },
    );
    await cluster().ok('service', 'rm', 'web');
  });

  describe('a stateless slot whose node loses its tag', () => {
    let address: string;
    let client: EngineContainer;

    /** Takes the tag from one node and gives it to another, and redeploys: the slot has nowhere else to be. */
    const move = async (from: string, to: string, version: string): Promise<void> => {
      const { ok, image, running } = cluster();
      await ok('tag', 'rm', '-t', 'here', from);
      await ok('tag', 'add', '-t', 'here', to);
      await ok('service', 'update', '--image', image(`app:${version}`), 'api');
      await ok('service', 'redeploy', 'api');
      expect((await running('api')).map(({ host }) => host)).toEqual([to]);
    };
    /** The versions that the client's own program was answered, in turn; it asks ten times a second. */
    const heard = async (): Promise<string[]> =>
      (await cluster().inside('client-1', 'uniq /tmp/heard')).split('\n').filter((line) => line !== '');

    beforeAll(async () => {
      const { ok, image, running } = cluster();
      await ok('tag', 'add', '-t', 'here', 'n1');
      await ok('tag', 'add', '-t', 'client', 'n3');
      await ok('service', 'run', '--name', 'api', '--tag', 'here', ...quick, image('app:v1'));
      address = (await endOf('api-1')).address.split('/')[0]!;
      const program = `while :; do ${asking('$API_1_PORT_80_TCP_ADDR')} >>/tmp/heard; usleep 100000; done`;
      const given = [
        '--tag',
        'client',
        '-e',
        `API_1_PORT_80_TCP_ADDR=${address}`,
        '--stop-signal',
        'SIGKILL',
        ...quick,
      ];
      await ok('service', 'run', '--name', 'client', ...given, image('app:v1'), '--', 'sh', '-c', program);
      [client] = (await running('client')) as [EngineContainer];
      expect(client.host).toBe('n3');
      await vi.waitFor(async () => expect(await heard()).toEqual(['v1']), 5_000);
    });

    test('DC-15, TU-15, CRD-08: has the same address on the other node, and no host holds an entry of the old place', async () => {
      const { ok, running } = cluster();
      const end = await endOf('api-1');
      expect((await running('api')).map(({ host }) => host)).toEqual(['n1']);
      expect(await entriesOn('n2', address)).toEqual(reaching(address, 'n1'));
      expect(await entriesOn('n3', address)).toEqual(reaching(address, 'n1'));

      for (const [from, to, version] of [
        ['n1', 'n2', 'v2'],
        ['n2', 'n1', 'v1'],
      ] as const) {
        await move(from, to, version);
        // At once, not after some time: the last step of the command came after every node had said that it forwards.
        expect(await entriesOn('n3', address)).toEqual(reaching(address, to));
        expect(await entriesOn(from, address)).toEqual(reaching(address, to));
        expect(await entriesOn(to, address)).toMatchObject({ sentTo: [], bridged: [] });
        expect(await endOf('api-1')).toEqual(end);
        expect(await askFrom('client-1', address)).toBe(version);
        // Its own program may be waiting for an answer to what it asked while the address was on its way.
        await vi.waitFor(async () => expect((await heard()).at(-1)).toBe(version), 5_000);
      }
      await ok('service', 'rm', 'api');
      for (const host of cluster().hosts) expect(await entriesOn(host, address)).toEqual(nothing);
      expect(await askFrom('client-1', address)).toBe('');
    });

    test('DC-16, TU-16: a client with the address by hand was neither replaced nor restarted, and was answered by each version', async () => {
      const { lab, running } = cluster();
      expect(await heard()).toEqual(['v1', 'v2', 'v1']);
      const [now] = await running('client');
      expect(now).toMatchObject({ Id: client.Id, host: 'n3', Created: client.Created });
      expect(now!.State).toMatchObject({ StartedAt: client.State.StartedAt, Pid: client.State.Pid });
      expect(await lab.docker('n3', 'inspect', '-f', '{{.RestartCount}}', client.Id)).toBe('0');
    });
  });
});
