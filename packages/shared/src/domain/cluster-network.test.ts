import { expect, test } from 'vitest';
import { checkClusterNetwork, defaultClusterNetwork } from './cluster-network.ts';

const problems = (changes: Partial<typeof defaultClusterNetwork>) =>
  checkClusterNetwork({ ...defaultClusterNetwork, ...changes }).map(({ field, message }) => `${field}: ${message}`);

test('the defaults go together', () => expect(problems({})).toEqual([]));

test('all that is wrong is said at once', () =>
  expect(problems({ overlaySubnet: '10.7.0.0', vxlanId: 0, vxlanPort: 65_536, mtu: 9000 })).toEqual([
    'overlaySubnet: "10.7.0.0" is not an IPv4 subnet of at least 16 addresses, such as 10.7.0.0/16',
    'vxlanId: must be a whole number from 1 to 16777215',
    'vxlanPort: must be a whole number from 1 to 65535',
    'mtu: must be a whole number from 1230 to 8950',
  ]));

test.each([
  ['10.7.0.0/16', '10.7.200.0/24'],
  ['10.7.200.0/24', '10.0.0.0/8'],
  ['10.7.0.0/16', '10.7.0.0/16'],
])('overlay %s and node network %s have addresses in common', (overlaySubnet, nodeSubnet) =>
  expect(problems({ overlaySubnet, nodeSubnet })).toEqual([expect.stringContaining('nodeSubnet: ')]),
);

test('side by side is apart', () =>
  expect(problems({ overlaySubnet: '10.7.0.0/16', nodeSubnet: '10.8.0.0/16' })).toEqual([]));
