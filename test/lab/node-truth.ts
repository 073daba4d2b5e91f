import type { Cluster, EngineContainer } from './cluster.ts';

/** Words of a text in an order of their own: a kernel lists elements as it likes. */
const sortedWords = (text: string): string[] => text.split(/[\s,]+/).toSorted();

/**
 * What a host's kernel holds of ours, in words that mean the same after a boot: the port map with its rules, the rules
 * beside Docker's, the VXLAN device, where every address lives, and the settings of the two bridges.
 */
export const kernelOf = async ({ lab }: Cluster, host: string): Promise<Record<string, unknown>> => {
  const read = async (...argv: string[]): Promise<string> => {
    const { stdout, stderr, code } = await lab.exec(host, argv);
    if (code !== 0) throw new Error(`${argv.join(' ')} on ${host} ended with ${code}: ${stderr}`);
    return stdout;
  };
  const rows = async (...argv: string[]) => JSON.parse((await read(...argv)) || '[]') as Record<string, unknown>[];
  const [device = {}] = await rows('ip', '-d', '-j', 'link', 'show', 'rsvx0');
  const { id, local, port, learning } = (device.linkinfo as { info_data: Record<string, unknown> }).info_data;
  const entries = (await rows('bridge', '-j', 'fdb', 'show', 'dev', 'rsvx0')).filter(({ mac }) =>
    String(mac).startsWith('02:42:'),
  );
  const neighbours = await rows('ip', '-j', 'neigh', 'show', 'dev', 'rsov0', 'nud', 'permanent');
  const settings = ['conf/rsnode0/route_localnet', 'neigh/rsnode0/retrans_time_ms', 'neigh/rsov0/retrans_time_ms'];
  return {
    portMap: sortedWords(await read('nft', '-s', 'list', 'table', 'ip', 'restow')),
    besideDocker: (await read('iptables', '-S', 'DOCKER-USER')).trim().split('\n'),
    vxlan: { id, local, port, learning, mtu: device.mtu, master: device.master },
    forwarding: entries.map(({ mac, dst, master, state }) => `${mac} ${dst ?? master} ${state}`).toSorted(),
    neighbours: neighbours.map(({ dst, lladdr }) => `${dst} ${lladdr}`).toSorted(),
    settings: await read('cat', ...settings.map((name) => `/proc/sys/net/ipv4/${name}`)),
  };
};

/** Which container it is and where it is reached: what outlives its restarts. */
export const placeOf = ({ host, Id, NetworkSettings, HostConfig }: EngineContainer) => {
  const { 'restow-overlay': overlay, 'restow-node': node } = NetworkSettings.Networks;
  return {
    ...{ host, Id, policy: HostConfig.RestartPolicy.Name, nodeAddress: node?.IPAddress },
    ...{ address: overlay?.IPAddress, mac: overlay?.MacAddress },
  };
};

/**
 * Who is answered what: each slot, asking inside its container at all slots' addresses; each host, asking at the port of
 * every host and, by 127.0.0.1, of its own. `null` where nobody answers.
 */
export const answersTo = async (
  { lab, hosts, ask, addressOf }: Cluster,
  slots: readonly EngineContainer[],
  port: number,
): Promise<{ slots: (string | null)[][]; hosts: (string | null)[][] }> => {
  const asked = async ({ host, Id }: EngineContainer, address: string | undefined): Promise<string | null> => {
    const line = `timeout 1 wget -q -O - http://${address}/`;
    const { stdout, code } = await lab.exec(host, ['docker', 'exec', Id, 'sh', '-c', line]);
    return code === 0 ? stdout.trim() : null;
  };
  const ofSlot = (from: EngineContainer) => Promise.all(slots.map((to) => asked(from, placeOf(to).address)));
  const ofHost = (from: string) =>
    Promise.all([...hosts.map(addressOf), '127.0.0.1'].map((to) => ask(from, `http://${to}:${port}/`)));
  const [bySlots, byHosts] = await Promise.all([Promise.all(slots.map(ofSlot)), Promise.all(hosts.map(ofHost))]);
  return { slots: bySlots, hosts: byHosts };
};

/** That everybody on three hosts is answered by that version. */
export const allAnswered = (version: string) => ({
  slots: Array(3).fill(Array(3).fill(version)),
  hosts: Array(3).fill(Array(4).fill(version)),
});
