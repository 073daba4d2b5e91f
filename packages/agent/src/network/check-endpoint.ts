import { macOf, parseSubnet } from '@restow/shared/domain/address';
import type { Link } from './links.ts';
import { explain, type Netlink } from './netlink.ts';

export interface Route {
  dst: string;
  dev: string;
  gateway?: string;
}

/** `ended`: there is no end to judge, since the program that had it is gone; its engine may not know it yet. */
export type EndpointVerdict = { ok: true } | { ok: false; message: string; ended?: true };

/**
 * Judges the ends of a container: the one that has the slot's address has the MAC the address asks for (other nodes
 * send to that one), and the default route goes by the node network. Pure.
 */
export const judgeEndpoint = (
  links: readonly Pick<Link, 'ifname' | 'address' | 'addr_info'>[],
  routes: readonly Route[],
  address: string,
  nodeSubnet: string,
): EndpointVerdict => {
  const refuse = (message: string): EndpointVerdict => ({ ok: false, message });
  const end = links.find(({ addr_info }) => addr_info.some(({ local }) => local === address));
  if (!end) return refuse(`No end of the container has the slot's address ${address}.`);
  const mac = macOf(address);
  if (end.address !== mac)
    return refuse(
      `The container's end ${end.ifname} at ${address} has the MAC ${end.address}, and other nodes send to ${mac}: nobody there would reach it.`,
    );

  const way = routes.find(({ dst }) => dst === 'default');
  if (!way) return refuse('The container has no default route: it reaches nothing outside the overlay.');
  const { first } = parseSubnet(nodeSubnet);
  const isOnNodeNetwork = links.some(
    ({ ifname, addr_info }) =>
      ifname === way.dev &&
      addr_info.some(
        ({ family, local }) => family === 'inet' && parseSubnet(`${local}/${nodeSubnet.split('/')[1]}`).first === first,
      ),
  );
  return isOnNodeNetwork
    ? { ok: true }
    : refuse(
        `The container's default route goes by ${way.dev}${way.gateway ? ` to ${way.gateway}` : ''}, which is not on the node network ${nodeSubnet}: ` +
          'published ports and the way out would not work.',
      );
};

/** Looks into the container's network namespace and judges. A container that has ended is refused too. */
export const checkEndpoint = async (
  netlink: Netlink,
  pid: number,
  address: string,
  nodeSubnet: string,
): Promise<EndpointVerdict> => {
  const argv = ['nsenter', `--net=/proc/${pid}/ns/net`, 'ip', '-j', '-batch', '-'];
  const input = 'addr show\nroute show default\n';
  const ran = await netlink.run(argv, input);
  if (ran.code !== 0) {
    if (/cannot open \/proc\/\d+\/ns\/net: No such file/.test(ran.stderr))
      return { ok: false, message: `The container's first program (pid ${pid}) has ended.`, ended: true };
    throw explain(`look into the network of the container with pid ${pid}`, argv, ran, input);
  }
  const [links = [], routes = []] = ran.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  return judgeEndpoint(links as Link[], routes as Route[], address, nodeSubnet);
};
