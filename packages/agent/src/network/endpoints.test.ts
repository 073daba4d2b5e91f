import { isRestowError } from '@restow/shared/base/errors';
import { macOf } from '@restow/shared/domain/address';
import type { Endpoint, EndpointTable } from '@restow/shared/domain/order';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anEndpoint } from '../../../../test/lib/an-endpoint.ts';
import { entryChanges, type FdbRow, type NeighbourRow, wantedEntries } from './endpoints.ts';

const subnet = '10.7.0.0/16';
const endpoint = (address: string, nodeId: string, underlay = '10.99.0.2'): Endpoint =>
  anEndpoint({ address, nodeId, underlay });
const table = (...endpoints: Endpoint[]): EndpointTable => ({ version: 1, endpoints });
const wanted = (...endpoints: Endpoint[]) => wantedEntries(table(...endpoints), 'n1', subnet);
const nothing = { fdb: [], neighbours: [] };
const mac = '02:42:0a:07:00:05';

const self = (of: string, dst: string): FdbRow => ({ mac: of, dst, flags: ['self'], state: 'static' });
const master = (of: string): FdbRow => ({ mac: of, master: 'rsov0', flags: ['sticky'], state: 'static' });
const neighbour = (dst: string, lladdr = macOf(dst)): NeighbourRow => ({ dst, lladdr, state: ['PERMANENT'] });

describe('entries for a table', () => {
  it('are three for an endpoint elsewhere', () => {
    expect(entryChanges(wanted(endpoint('10.7.0.5', 'n2')), nothing, subnet)).toEqual({
      bridge: [
        `fdb replace ${mac} dev rsvx0 dst 10.99.0.2 self static`,
        `fdb replace ${mac} dev rsvx0 master static sticky`,
      ],
      ip: [`neigh replace 10.7.0.5 lladdr ${mac} dev rsov0 nud permanent`],
    });
  });

  it('are one for an endpoint here, the others taken away, the bridge first', () => {
    const present = { fdb: [self(mac, '10.99.0.2'), master(mac)], neighbours: [neighbour('10.7.0.5')] };
    expect(entryChanges(wanted(endpoint('10.7.0.5', 'n1', '')), present, subnet)).toEqual({
      bridge: [`fdb del ${mac} dev rsvx0 master`, `fdb del ${mac} dev rsvx0 dst 10.99.0.2 self`],
      ip: [],
    });
  });

  it('change in one line when the endpoint moves', () => {
    const present = { fdb: [self(mac, '10.99.0.2'), master(mac)], neighbours: [neighbour('10.7.0.5')] };
    expect(entryChanges(wanted(endpoint('10.7.0.5', 'n3', '10.99.0.3')), present, subnet)).toEqual({
      bridge: [`fdb replace ${mac} dev rsvx0 dst 10.99.0.3 self static`],
      ip: [],
    });
  });

  it('are set right when they are there in another form', () => {
    const present = {
      fdb: [self(mac, '10.99.0.2'), self(mac, '10.99.0.9'), { ...master(mac), flags: [], state: 'static' }],
      neighbours: [{ dst: '10.7.0.5', lladdr: mac, state: ['STALE'] }],
    };
    expect(entryChanges(wanted(endpoint('10.7.0.5', 'n2')), present, subnet)).toEqual({
      bridge: [`fdb del ${mac} dev rsvx0 dst 10.99.0.9 self`, `fdb replace ${mac} dev rsvx0 master static sticky`],
      ip: [`neigh replace 10.7.0.5 lladdr ${mac} dev rsov0 nud permanent`],
    });
  });

  it("leave everybody else's alone", () => {
    const present = {
      fdb: [
        self('02:42:0a:08:00:05', '10.99.0.9'),
        master('02:43:0a:07:00:05'),
        self('00:00:00:00:00:00', '10.99.0.9'),
        { mac: '26:c5:0b:f9:38:f6', master: 'rsov0', flags: [], state: 'permanent' },
      ],
      neighbours: [
        neighbour('10.7.0.77', 'aa:bb:cc:dd:ee:ff'),
        neighbour('10.8.0.5'),
        { dst: '10.7.0.9', lladdr: macOf('10.7.0.9'), state: ['REACHABLE'] },
        { dst: '10.7.0.10', state: ['FAILED'] },
        { dst: 'fe80::1', lladdr: '02:42:0a:07:00:05', state: ['PERMANENT'] },
      ],
    };
    expect(entryChanges(wanted(), present, subnet)).toEqual({ bridge: [], ip: [] });
  });

  it('are refused as a whole when the table cannot be meant', () => {
    const refusal = (...endpoints: Endpoint[]): string => {
      try {
        wanted(...endpoints);
      } catch (error) {
        if (isRestowError(error, 'internal')) return error.message;
        throw error;
      }
      return 'none';
    };
    expect(refusal(endpoint('10.8.0.1', 'n2'))).toMatch(/web-1 at 10\.8\.0\.1 is outside the overlay 10\.7\.0\.0\/16/);
    expect(refusal(endpoint('10.7.0.5', 'n2'), endpoint('10.7.0.5', 'n3'))).toMatch(/10\.7\.0\.5 is there twice/);
    expect(refusal(endpoint('10.7.0.5', 'n2', 'fe80::1'))).toMatch(/underlay address "fe80::1"/);
    expect(refusal(endpoint('10.7.0.5', 'n1', ''))).toBe('none');
  });
});

/** What the kernel does with the lines, as far as they are ours. */
const carryOut = (
  present: { fdb: FdbRow[]; neighbours: NeighbourRow[] },
  lines: { bridge: string[]; ip: string[] },
) => {
  let { fdb, neighbours } = present;
  const is = (row: FdbRow, line: string) => {
    const [, , of, , , ...rest] = line.split(' ');
    const dst = rest[0] === 'dst' ? rest[1] : undefined;
    return row.mac === of && row.flags.includes('self') === rest.includes('self') && (!dst || row.dst === dst);
  };
  for (const line of lines.bridge) {
    const [, verb, of, , , ...rest] = line.split(' ');
    if (verb === 'del') {
      expect(
        fdb.some((row) => is(row, line)),
        `the kernel refuses "${line}"`,
      ).toBe(true);
      fdb = fdb.filter((row) => !is(row, line));
    } else {
      const isSelf = rest.includes('self');
      fdb = fdb.filter((row) => row.mac !== of || row.flags.includes('self') !== isSelf);
      fdb = [...fdb, isSelf ? self(of!, rest[1]!) : master(of!)];
    }
  }
  for (const line of lines.ip) {
    const [, verb, dst, , lladdr] = line.split(' ');
    neighbours = neighbours.filter((row) => row.dst !== dst);
    if (verb === 'replace') neighbours = [...neighbours, neighbour(dst!, lladdr)];
  }
  return { fdb, neighbours };
};

describe('from any table to any other', () => {
  const endpoints = fc.uniqueArray(
    fc.record({
      address: fc.integer({ min: 1, max: 12 }).map((i) => `10.7.0.${i}`),
      node: fc.integer({ min: 1, max: 3 }),
    }),
    { selector: ({ address }) => address },
  );
  const meant = (list: { address: string; node: number }[]) =>
    wanted(...list.map(({ address, node }) => endpoint(address, `n${node}`, `10.99.0.${node}`)));
  const foreign = {
    fdb: [self('02:42:0a:08:00:01', '10.99.0.9')],
    neighbours: [neighbour('10.7.0.3', 'aa:bb:cc:dd:ee:ff')],
  };

  it('the kernel ends with what the second one wants, and then there is nothing left to do', () => {
    fc.assert(
      fc.property(endpoints, endpoints, (before, after) => {
        const start = carryOut(foreign, entryChanges(meant(before), foreign, subnet));
        const end = carryOut(start, entryChanges(meant(after), start, subnet));
        expect(entryChanges(meant(after), end, subnet)).toEqual({ bridge: [], ip: [] });
        expect(end.fdb).toContainEqual(foreign.fdb[0]);
        const elsewhere = after.filter(({ node }) => node !== 1);
        expect(end.fdb).toHaveLength(1 + 2 * elsewhere.length);
        for (const { address, node } of elsewhere)
          expect(end.fdb).toContainEqual(self(macOf(address), `10.99.0.${node}`));
      }),
    );
  });
});
