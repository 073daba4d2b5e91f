import type { Lab } from '@restow/lab/lab';

/** What a handover could leave on a host: tables of rules, links, rules of routing; links of containers come and go. */
const tracesOn = async (lab: Lab, host: string): Promise<string[]> => {
  const { stdout } = await lab.exec(host, ['sh', '-c', 'nft list tables; ip -o link; ip rule']);
  return stdout
    .split('\n')
    .map((line) => line.replace(/^\d+: /, '').split(/[@:]? (?:<|mtu)/)[0]!)
    .filter((line) => !/^veth[0-9a-f]{7}/.test(line))
    .toSorted();
};

/** The same of every host, in their order: equal before and after a handover that left nothing. */
export const handoverTraces = (lab: Lab, hosts: readonly string[]): Promise<string[][]> =>
  Promise.all(hosts.map((host) => tracesOn(lab, host)));
