import { expect, it } from 'vitest';
import { judgeEndpoint } from './check-endpoint.ts';

const link = (ifname: string, address: string, local: string, prefixlen: number) => ({
  ifname,
  address,
  addr_info: [{ family: 'inet', local, prefixlen }],
});
const links = [
  link('lo', '00:00:00:00:00:00', '127.0.0.1', 8),
  link('eth0', '02:42:ac:1e:00:05', '172.30.0.5', 24),
  link('eth1', '02:42:0a:07:00:05', '10.7.0.5', 16),
];
const byNode = [{ dst: 'default', gateway: '172.30.0.1', dev: 'eth0' }];
const judge = (l = links, routes = byNode) => judgeEndpoint(l, routes, '10.7.0.5', '172.30.0.1/24');

it('passes a container whose ends are right, whatever they are called', () => {
  expect(judge()).toEqual({ ok: true });
  const swapped = [
    { ...links[1]!, ifname: 'eth1' },
    { ...links[2]!, ifname: 'eth0' },
  ];
  expect(judge(swapped, [{ ...byNode[0]!, dev: 'eth1' }])).toEqual({ ok: true });
});

it('refuses each fault in words', () => {
  expect(judge(links.slice(0, 2))).toMatchObject({
    message: expect.stringContaining("has the slot's address 10.7.0.5"),
  });
  expect(judge(links.with(2, { ...links[2]!, address: '3a:00:00:00:00:01' }))).toMatchObject({
    message: expect.stringMatching(/MAC 3a:00:00:00:00:01, and other nodes send to 02:42:0a:07:00:05/),
  });
  expect(judge(links, [])).toMatchObject({ message: expect.stringContaining('no default route') });
  expect(judge(links, [{ dst: 'default', gateway: '10.7.255.254', dev: 'eth1' }])).toMatchObject({
    message: expect.stringMatching(/goes by eth1 to 10\.7\.255\.254, which is not on the node network/),
  });
});
