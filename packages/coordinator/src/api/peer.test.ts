import { expect, test } from 'vitest';
import { addressOfPeer, hostOf } from './peer.ts';

test.each([
  ['192.0.2.1:4711', '192.0.2.1'],
  ['ipv4:192.0.2.1:4711', '192.0.2.1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['::ffff:192.0.2.1:4711', '192.0.2.1'],
  ['[::ffff:192.0.2.1]:4711', '192.0.2.1'],
])('the address of the peer %s is %s', (peer, address) => {
  expect(addressOfPeer(peer)).toBe(address);
});

test.each([
  ['coordinator.example:7600', 'coordinator.example'],
  ['10.0.0.1:7600', '10.0.0.1'],
  ['[::1]:7600', '::1'],
])('the host of %s is %s', (authority, host) => {
  expect(hostOf(authority)).toBe(host);
});
