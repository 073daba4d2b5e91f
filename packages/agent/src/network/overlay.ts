import { RestowError } from '@restow/shared/base/errors';
import { defaultClusterNetwork, vxlanOverhead } from '@restow/shared/domain/cluster-network';
import type { Link } from './links.ts';
import { linkNames, type OverlaySettings } from './node-network.ts';

/** Largest packet on the overlay where the cluster says nothing else; the engine's network has the same. */
export const overlayMtu = defaultClusterNetwork.mtu;

/**
 * How the VXLAN device is a port of the overlay bridge. Nothing is learned and nothing flooded: where an address lives
 * is told by static entries alone, and ARP for it is answered here, from the neighbour table (`neigh_suppress`).
 */
const portSettings = {
  learning: false,
  neigh_suppress: true,
  flood: false,
  mcast_flood: false,
  bcast_flood: false,
} as const;

export interface OverlayChanges {
  ip: string[];
  bridge: string[];
}

const underlayLink = (links: readonly Link[], underlay: string, mtu: number): Link => {
  const link = links.find(({ addr_info }) => addr_info.some(({ local }) => local === underlay));
  if (!link)
    throw new RestowError(
      'failed-precondition',
      `No link of this node has the underlay address ${underlay}, where other nodes send the overlay's packets. ` +
        "Give the agent one of this node's own addresses as its underlay address.",
    );
  if (link.mtu < mtu + vxlanOverhead)
    throw new RestowError(
      'failed-precondition',
      `The link ${link.ifname} carries packets of ${link.mtu} bytes, and the overlay needs ${mtu + vxlanOverhead}. ` +
        'Raise its MTU, give the agent an underlay address on another link, or the coordinator a smaller --mtu.',
    );
  return link;
};

const isAsWanted = (device: Link, wanted: Record<string, unknown>): boolean =>
  Object.entries(wanted).every(([key, value]) => device.linkinfo?.info_data?.[key] === value);

/** What has to be done so that the overlay bridge has its VXLAN device, exactly as wanted. Nothing, when it has. */
export const overlayChanges = (links: readonly Link[], settings: OverlaySettings): OverlayChanges => {
  const { vxlan, overlayBridge } = linkNames;
  const { vxlanPort = defaultClusterNetwork.vxlanPort, mtu = overlayMtu } = settings;
  const under = underlayLink(links, settings.underlay, mtu);
  const device = links.find(({ ifname }) => ifname === vxlan);
  if (device && device.linkinfo?.info_kind !== 'vxlan')
    throw new RestowError(
      'failed-precondition',
      `The link ${vxlan} of this node is no VXLAN device, and the overlay needs that name: rename or remove the link.`,
    );

  // None of these can be changed on a living device.
  const wanted = {
    id: settings.vxlanId,
    port: vxlanPort,
    local: settings.underlay,
    link: under.ifname,
    learning: false,
  };
  const fresh = !device || !isAsWanted(device, wanted);
  const ip: string[] = [];
  if (device && fresh) ip.push(`link del ${vxlan}`);
  if (fresh)
    ip.push(
      `link add ${vxlan} type vxlan id ${settings.vxlanId} dstport ${vxlanPort} local ${settings.underlay} dev ${under.ifname} nolearning`,
    );
  if (fresh || device.mtu !== mtu || device.master !== overlayBridge || !device.flags.includes('UP'))
    ip.push(`link set ${vxlan} mtu ${mtu} master ${overlayBridge} up`);

  const asPort = device?.master === overlayBridge ? device.linkinfo?.info_slave_data : undefined;
  const differs = fresh || Object.entries(portSettings).some(([key, value]) => asPort?.[key] !== value);
  const flags = Object.entries(portSettings).map(([key, value]) => `${key} ${value ? 'on' : 'off'}`);
  return { ip, bridge: differs ? [`link set dev ${vxlan} ${flags.join(' ')}`] : [] };
};
