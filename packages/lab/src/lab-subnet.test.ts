import { describe, expect, it } from 'vitest';
import { chooseSubnet, subnetOf } from './lab-subnet.ts';

describe('choosing a network for a lab', () => {
  it.each([
    ['takes the first when nothing is taken', [], 0, '10.96.0.0/24'],
    ['starts where it is told', ['192.0.2.2/24'], 7, '10.96.7.0/24'],
    ['passes over one that holds an address of the machine', ['10.96.0.1/24'], 0, '10.96.1.0/24'],
    ['passes over one that a single route lies in', ['10.96.0.77'], 0, '10.96.1.0/24'],
    ['passes over all that a wider route covers', ['10.96.0.0/22'], 0, '10.96.4.0/24'],
    ['goes round at the end', ['10.96.255.1/24'], 255, '10.96.0.0/24'],
  ])('%s', (_, taken, start, cidr) => {
    expect(chooseSubnet(taken, start).cidr).toBe(cidr);
  });

  it('refuses with what to do when all are taken', () => {
    expect(() => chooseSubnet(['10.0.0.0/8'], 0)).toThrow(/lab down/);
  });

  it('gives the machine the first address and host k the one of 10 + k', () => {
    const subnet = subnetOf('10.96.4.0/24');
    expect([subnet.machine, subnet.host(1), subnet.host(32)]).toEqual(['10.96.4.1', '10.96.4.11', '10.96.4.42']);
  });
});
