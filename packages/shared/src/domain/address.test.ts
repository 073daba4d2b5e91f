import { describe, expect, test } from 'vitest';
import { engineRange, lowestFreeAddress, macOf, overlayGateway, parseSubnet } from './address.ts';

describe('the overlay 10.7.0.0/16', () => {
  const subnet = '10.7.0.0/16';
  test('has its last usable address as gateway', () => expect(overlayGateway(subnet)).toBe('10.7.255.254'));
  test('leaves its last 256 addresses to the engine', () => expect(engineRange(subnet)).toBe('10.7.255.0/24'));
  test('leases from its first usable address on', () => expect(lowestFreeAddress(subnet, new Set())).toBe('10.7.0.1'));
  test('leases the lowest address that is free, over byte borders', () => {
    const taken = new Set(Array.from({ length: 255 }, (_, index) => `10.7.0.${index + 1}`));
    expect(lowestFreeAddress(subnet, taken)).toBe('10.7.1.0');
  });
});

test('the smallest overlay leases neither its gateway nor what the engine may draw from', () => {
  const subnet = '192.0.2.0/28';
  const taken = new Set<string>();
  for (let free = lowestFreeAddress(subnet, taken); free !== null; free = lowestFreeAddress(subnet, taken))
    taken.add(free);
  expect(engineRange(subnet)).toBe('192.0.2.14/31');
  expect(overlayGateway(subnet)).toBe('192.0.2.14');
  expect([...taken]).toEqual(Array.from({ length: 13 }, (_, index) => `192.0.2.${index + 1}`));
});

test.each(['10.7.0.0', '10.7.0.0/29', '10.7.0.300/16', 'overlay'])('%s is refused as an overlay', (text) =>
  expect(() => parseSubnet(text)).toThrow(/is not an IPv4 subnet of at least 16 addresses/),
);

test('a MAC is a function of the address', () => expect(macOf('10.7.0.5')).toBe('02:42:0a:07:00:05'));
