import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, answer, type ResourceRecord } from './answer.ts';
import type { NameRecords, Zone } from './zone-of.ts';

const codes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
};

const records = (a: string[] = [], aaaa: string[] = []): NameRecords => ({ a, aaaa });
const zone: Zone = {
  ...{ domain: 'example.test', namespace: 'main', ttlSeconds: 5, serial: 42 },
  nameServers: [
    { name: 'ns1.example.test', addresses: ['192.0.2.53'] },
    { name: 'ns.example.net', addresses: [] },
  ],
  names: new Map([
    ['example.test', records()],
    ['ns1.example.test', records(['192.0.2.53'])],
    ['cont.example.test', records()],
    ['main.cont.example.test', records()],
    ['web-1.main.cont.example.test', records(['192.0.2.1'])],
    ['both.main.cont.example.test', records(['192.0.2.1', '192.0.2.2', '192.0.2.3'], ['2001:db8::1'])],
    ['six.main.cont.example.test', records([], ['2001:db8::1'])],
  ]),
};
const ask = (name: string, type: keyof typeof codes = 'A', turn = 0): Answer =>
  answer({ name, type: codes[type], class: 1 }, zone, turn);
const dataOf = (said: ResourceRecord[]) =>
  said.map(({ type, data }) => `${type} ${typeof data === 'string' ? data : data.serial}`);

describe('a name that is there', () => {
  test('is answered with authority, by the letters it was asked with', () => {
    const { answers, ...said } = ask('WEB-1.main.Cont.eXample.test');
    expect(answers).toEqual([{ name: 'WEB-1.main.Cont.eXample.test', type: 'A', ttl: 5, data: '192.0.2.1' }]);
    expect(said).toEqual({ rcode: 0, authoritative: true, authorities: [], additionals: [] });
  });

  test('has IPv6 addresses for who asks for them', () => {
    expect(dataOf(ask('both.main.cont.example.test', 'AAAA').answers)).toEqual(['AAAA 2001:db8::1']);
    expect(dataOf(ask('six.main.cont.example.test', 'ANY').answers)).toEqual(['AAAA 2001:db8::1']);
  });

  test('tells its addresses in another order in each turn', () => {
    const first = [0, 1, 2, 3].map((turn) => dataOf(ask('both.main.cont.example.test', 'A', turn).answers)[0]);
    expect(first).toEqual(['A 192.0.2.1', 'A 192.0.2.2', 'A 192.0.2.3', 'A 192.0.2.1']);
  });

  test('with very many addresses tells some of them', () => {
    const many = Array.from({ length: 5000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    const big = { ...zone, names: new Map([['big.example.test', records(many)]]) };
    const { answers } = answer({ name: 'big.example.test', type: 1, class: 1 }, big, 4900);
    expect(new Set(dataOf(answers)).size).toBe(256);
  });

  test.each(['AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'SOA'] as const)(
    'and has no %s record is no error: the SOA record says for how long',
    (type) => {
      const said = ask('web-1.main.cont.example.test', type);
      expect(said).toMatchObject({ rcode: 0, authoritative: true, answers: [] });
      expect(said.authorities).toMatchObject([
        { name: 'example.test', type: 'SOA', ttl: 5, data: { serial: 42, minimum: 5 } },
      ]);
    },
  );

  test.each(['cont.example.test', 'main.cont.example.test'])(
    'though only something below it has records: %s',
    (name) => {
      expect(ask(name)).toMatchObject({ rcode: 0, answers: [], authorities: [{ type: 'SOA' }] });
      expect(ask(name, 'ANY')).toMatchObject({ rcode: 0, answers: [], authorities: [{ type: 'SOA' }] });
    },
  );
});

test('a name that is not there is no such name, with the SOA record', () => {
  for (const type of ['A', 'AAAA', 'ANY', 'SOA'] as const)
    expect(ask('web-9.main.cont.example.test', type)).toMatchObject({
      ...{ rcode: 3, authoritative: true, answers: [], additionals: [] },
      authorities: [{ name: 'example.test', type: 'SOA' }],
    });
  expect(ask('x.web-1.main.cont.example.test').rcode).toBe(3);
});

describe('the domain itself', () => {
  test('has a SOA record', () => {
    const [soa] = ask('Example.test', 'SOA').answers;
    expect(soa).toMatchObject({
      ...{ name: 'Example.test', type: 'SOA', ttl: 5 },
      data: { mname: 'ns1.example.test', rname: 'hostmaster.example.test', serial: 42, minimum: 5 },
    });
  });

  test('has its name servers, with the addresses that nobody else knows', () => {
    const { answers, additionals } = ask('example.test', 'NS');
    expect(dataOf(answers)).toEqual(['NS ns1.example.test', 'NS ns.example.net']);
    expect(additionals).toEqual([{ name: 'ns1.example.test', type: 'A', ttl: 3600, data: '192.0.2.53' }]);
    expect(ask('ns1.example.test').answers).toMatchObject([{ ttl: 3600, data: '192.0.2.53' }]);
  });

  test('has no address, and one kind of record for who asks for any', () => {
    expect(ask('example.test')).toMatchObject({ rcode: 0, answers: [], authorities: [{ type: 'SOA' }] });
    expect(dataOf(ask('example.test', 'ANY').answers)).toEqual(['SOA 42']);
    expect(dataOf(ask('both.main.cont.example.test', 'ANY').answers)).toHaveLength(3);
  });
});

describe('refused is', () => {
  const refused: Answer = { rcode: 5, authoritative: false, answers: [], authorities: [], additionals: [] };

  test.each(['', 'test', 'example.com', 'notexample.test', 'example.test.example.com'])(
    'what is not in the zone: "%s"',
    (name) => expect(ask(name)).toEqual(refused),
  );

  test('a copy of the zone', () => {
    expect(ask('example.test', 'AXFR')).toEqual(refused);
    expect(ask('example.test', 'IXFR')).toEqual(refused);
  });

  test('another class than IN', () => {
    expect(answer({ name: 'example.test', type: 6, class: 3 }, zone)).toEqual(refused);
    expect(answer({ name: 'example.test', type: 6, class: 255 }, zone).rcode).toBe(0);
  });
});

test('what is not a kind of record is not known here', () => {
  for (const type of ['OPT', 'TSIG'] as const) expect(ask('example.test', type).rcode).toBe(4);
});

test('whatever is asked: a name has records, or the SOA record says that it has none, or it is not ours', () => {
  const label = fc.constantFrom('web-1', 'both', 'six', 'main', 'MAIN', 'cont', 'Cont', 'svc', 'x', 'ns1', '\\046');
  const name = fc
    .tuple(
      fc.array(label, { maxLength: 4 }),
      fc.constantFrom('example.test', 'EXAMPLE.test', 'test', 'example.com', ''),
    )
    .map(([labels, end]) => [...labels, end].filter((part) => part !== '').join('.'));
  fc.assert(
    fc.property(name, fc.nat(65_535), fc.nat(65_535), (asked, type, turn) => {
      const said = answer({ name: asked, type, class: 1 }, zone, turn);
      const isOurs = /(^|\.)example\.test$/i.test(asked);
      expect(said.authoritative).toBe(isOurs && ![4, 5].includes(said.rcode));
      if (!said.authoritative) {
        expect([...said.answers, ...said.authorities]).toEqual([]);
        return;
      }
      expect(said.answers.length > 0).toBe(said.authorities.length === 0);
      expect(said.rcode === 3).toBe(!zone.names.has(asked.toLowerCase()));
      for (const record of said.answers) expect(record.name).toBe(asked);
    }),
  );
});
