import { describe, expect, it } from 'vitest';
import type { Link } from './links.ts';
import type { OverlaySettings } from './node-network.ts';
import { overlayChanges } from './overlay.ts';

const settings: OverlaySettings = {
  subnet: '10.7.0.0/16',
  gateway: '10.7.255.254',
  vxlanId: 77,
  underlay: '10.99.0.1',
  nodeId: 'n1',
};
const eth0: Link = {
  ifname: 'eth0',
  mtu: 1500,
  flags: ['UP'],
  addr_info: [{ family: 'inet', local: '10.99.0.1', prefixlen: 24 }],
};
const device: Link = {
  ifname: 'rsvx0',
  mtu: 1450,
  flags: ['BROADCAST', 'UP'],
  master: 'rsov0',
  addr_info: [],
  linkinfo: {
    info_kind: 'vxlan',
    info_data: { id: 77, local: '10.99.0.1', link: 'eth0', port: 4789, learning: false, ageing: 300 },
    info_slave_data: { learning: false, neigh_suppress: true, flood: false, mcast_flood: false, bcast_flood: false },
  },
};
const add = 'link add rsvx0 type vxlan id 77 dstport 4789 local 10.99.0.1 dev eth0 nolearning';
const set = 'link set rsvx0 mtu 1450 master rsov0 up';
const port = 'link set dev rsvx0 learning off neigh_suppress on flood off mcast_flood off bcast_flood off';
const withData = (data: Record<string, unknown>): Link => ({
  ...device,
  linkinfo: { ...device.linkinfo, info_data: { ...device.linkinfo?.info_data, ...data } },
});

describe('the VXLAN device', () => {
  it('is made when there is none', () => {
    expect(overlayChanges([eth0], settings)).toEqual({ ip: [add, set], bridge: [port] });
  });

  it('is left alone when it is right', () => {
    expect(overlayChanges([eth0, device], settings)).toEqual({ ip: [], bridge: [] });
  });

  it.each([{ id: 78 }, { local: '10.99.0.9' }, { link: 'eth1' }, { port: 8472 }, { learning: true }])(
    'is made anew when it was made with %j',
    (data) => {
      expect(overlayChanges([eth0, withData(data)], settings)).toEqual({
        ip: ['link del rsvx0', add, set],
        bridge: [port],
      });
    },
  );

  it('is set right in place when only its place is wrong', () => {
    expect(overlayChanges([eth0, { ...device, mtu: 1400 }], settings)).toEqual({ ip: [set], bridge: [] });
    expect(overlayChanges([eth0, { ...device, flags: [] }], settings)).toEqual({ ip: [set], bridge: [] });
    expect(overlayChanges([eth0, { ...device, master: undefined }], settings)).toEqual({ ip: [set], bridge: [port] });
    const flooding = { ...device.linkinfo, info_slave_data: { ...device.linkinfo?.info_slave_data, flood: true } };
    expect(overlayChanges([eth0, { ...device, linkinfo: flooding }], settings)).toEqual({ ip: [], bridge: [port] });
  });

  it('is not made where it cannot work', () => {
    expect(() => overlayChanges([{ ...eth0, addr_info: [] }], settings)).toThrow(/underlay address 10\.99\.0\.1/);
    expect(() => overlayChanges([{ ...eth0, mtu: 1499 }], settings)).toThrow(/eth0 carries packets of 1499 bytes/);
    expect(() => overlayChanges([eth0, { ...eth0, ifname: 'rsvx0', addr_info: [] }], settings)).toThrow(
      /rsvx0 of this node is no VXLAN device/,
    );
  });
});
