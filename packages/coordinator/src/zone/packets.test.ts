import { type DecodedPacket, decode, encode, type RecordType } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replyTo } from './packets.ts';
import type { Zone } from './zone-of.ts';

const zone: Zone = {
  ...{ domain: 'example.test', namespace: 'main', ttlSeconds: 5, serial: 42 },
  nameServers: [{ name: 'ns1.example.test', addresses: ['192.0.2.53'] }],
  names: new Map([
    ['example.test', { a: [], aaaa: [] }],
    ['one.example.test', { a: ['192.0.2.1'], aaaa: [] }],
    ['many.example.test', { a: Array.from({ length: 100 }, (_, at) => `192.0.2.${at}`), aaaa: [] }],
    ['some.example.test', { a: Array.from({ length: 15 }, (_, at) => `192.0.2.${at}`), aaaa: [] }],
  ]),
};

const opt = (udpPayloadSize: number, ednsVersion = 0, flags = 0) => ({
  ...{ type: 'OPT' as const, name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion, flags, flag_do: false },
  options: [],
});
const query = (
  name: string,
  { type = 'A' as RecordType, edns = null as ReturnType<typeof opt> | null, flags = 0 } = {},
) => encode({ type: 'query', id: 0xabcd, flags, questions: [{ name, type }], additionals: edns ? [edns] : [] });
/** With what the library's types leave out. */
type Heard = DecodedPacket & { rcode: string };
const ask = (packet: Buffer, by: 'udp' | 'tcp' = 'udp', cut = false): Heard =>
  decode(replyTo(packet, zone, by, { cut })!) as Heard;

describe('a question', () => {
  test('is answered under its number, with its own letters, and without a claim to recurse', () => {
    const packet = query('oNe.Example.TEST', { flags: 0x0100 });
    const heard = ask(packet);
    expect(heard).toMatchObject({
      ...{ id: 0xabcd, type: 'response', rcode: 'NOERROR', flag_qr: true, flag_aa: true, flag_tc: false },
      ...{ flag_rd: true, flag_ra: false },
      questions: [{ name: 'oNe.Example.TEST', type: 'A', class: 'IN' }],
      answers: [{ name: 'oNe.Example.TEST', type: 'A', class: 'IN', ttl: 5, data: '192.0.2.1' }],
    });
    expect(heard.additionals).toEqual([]);
    const question = packet.subarray(12);
    expect(replyTo(packet, zone, 'udp')!.subarray(12, 12 + question.length)).toEqual(question);
  });

  test('for a name of bytes that are no letters is answered, and given back as it came', () => {
    const name = Buffer.from([
      3,
      0xff,
      0x2e,
      0x00,
      7,
      ...Buffer.from('example'),
      4,
      ...Buffer.from('test'),
      0,
      0,
      1,
      0,
      1,
    ]);
    const packet = Buffer.concat([query('.').subarray(0, 12), name]);
    const reply = replyTo(packet, zone, 'udp')!;
    expect(reply[3]! & 15).toBe(3);
    expect(reply.subarray(12, 12 + name.length)).toEqual(name);
    // A dot within a label is not one between two.
    const dotted = Buffer.from([11, ...Buffer.from('one.example'), 4, ...Buffer.from('test'), 0, 0, 1, 0, 1]);
    expect(replyTo(Buffer.concat([query('.').subarray(0, 12), dotted]), zone, 'udp')![3]! & 15).toBe(5);
  });

  test('that has no answer has the SOA record', () =>
    expect(ask(query('none.example.test'))).toMatchObject({
      ...{ rcode: 'NXDOMAIN', flag_aa: true, answers: [] },
      authorities: [
        {
          name: 'example.test',
          type: 'SOA',
          ttl: 5,
          data: { serial: 42, minimum: 5, rname: 'hostmaster.example.test' },
        },
      ],
    }));

  test('that is not ours is refused, and a copy of the zone too', () => {
    expect(ask(query('example.com'))).toMatchObject({ rcode: 'REFUSED', flag_aa: false, answers: [] });
    expect(ask(query('example.test', { type: 'AXFR' }), 'tcp')).toMatchObject({ rcode: 'REFUSED', answers: [] });
  });
});

describe('by UDP', () => {
  const sizeOf = (name: string, edns: ReturnType<typeof opt> | null) =>
    replyTo(query(name, { edns }), zone, 'udp')!.length;

  test('no answer is larger than the client takes, and 1232 bytes: it is told to ask by TCP', () => {
    for (const [edns, most] of [
      [null, 512],
      [opt(100), 512],
      [opt(1000), 1000],
      [opt(65_535), 1232],
    ] as const) {
      expect(sizeOf('many.example.test', edns)).toBeLessThanOrEqual(most);
      const heard = ask(query('many.example.test', { edns }));
      expect(heard).toMatchObject({ rcode: 'NOERROR', flag_tc: true, flag_aa: true, answers: [] });
    }
    expect(ask(query('some.example.test'))).toMatchObject({ flag_tc: true });
    expect(ask(query('some.example.test', { edns: opt(1232) })).answers).toHaveLength(15);
  });

  test('who asks too often is told to ask by TCP', () =>
    expect(ask(query('one.example.test'), 'udp', true)).toMatchObject({
      rcode: 'NOERROR',
      flag_tc: true,
      answers: [],
    }));
});

test('by TCP all of it is told', () => expect(ask(query('many.example.test'), 'tcp').answers).toHaveLength(100));

describe('EDNS', () => {
  test('is answered with what we take, and only who has it', () => {
    expect(ask(query('one.example.test', { edns: opt(4096) })).additionals).toMatchObject([
      { type: 'OPT', udpPayloadSize: 1232, ednsVersion: 0, extendedRcode: 0 },
    ]);
    expect(ask(query('none.example.test', { edns: opt(512, 0, 0x8000) })).additionals).toMatchObject([
      { type: 'OPT', flag_do: true },
    ]);
  });

  test('of a version we do not know is told so', () =>
    expect(ask(query('one.example.test', { edns: opt(1232, 1) }))).toMatchObject({
      ...{ rcode: 'NOERROR', answers: [] },
      additionals: [{ type: 'OPT', extendedRcode: 1 }],
    }));
});

describe('what cannot be answered', () => {
  const rcodeOf = (packet: Buffer) => replyTo(packet, zone, 'udp')![3]! & 15;

  test('is dropped where it is no question, or too short for a number', () => {
    const response = query('one.example.test');
    response[2]! |= 0x80;
    expect(replyTo(response, zone, 'udp')).toBeNull();
    expect(replyTo(query('one.example.test').subarray(0, 11), zone, 'udp')).toBeNull();
  });

  test('is FORMERR where it cannot be read: cut short, no question, two, a name that points, too large, two OPT records', () => {
    const good = query('one.example.test');
    const changed = (change: (packet: Buffer) => void) => {
      const packet = Buffer.from(good);
      change(packet);
      return packet;
    };
    for (const bad of [
      good.subarray(0, good.length - 3),
      changed((packet) => packet.writeUInt16BE(0, 4)),
      changed((packet) => packet.writeUInt16BE(2, 4)),
      changed((packet) => packet.writeUInt16BE(9, 6)),
      changed((packet) => packet.writeUInt16BE(1, 10)),
      changed((packet) => packet.writeUInt16BE(0xc00c, 12)),
      changed((packet) => packet.writeUInt8(0x80, 12)),
      Buffer.concat([good, Buffer.alloc(5000)]),
      encode({
        type: 'query',
        id: 1,
        questions: [{ name: 'one.example.test', type: 'A' }],
        additionals: [opt(512), opt(512)],
      }),
    ])
      expect(rcodeOf(bad)).toBe(1);
    expect(rcodeOf(good)).toBe(0);
  });

  test('is NOTIMP where it asks for something to be done', () => {
    const update = query('one.example.test');
    update[2]! |= 5 << 3;
    const reply = replyTo(update, zone, 'udp')!;
    expect(reply[3]! & 15).toBe(4);
    expect((reply[2]! >> 3) & 15).toBe(5);
    expect(reply.readUInt16BE(0)).toBe(0xabcd);
  });

  test('is never an exception, and never a long answer, whatever the bytes', () => {
    const seed = query('one.example.test', { edns: opt(1232) });
    const mangled = fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
      const packet = Buffer.from(seed);
      for (const [at, byte] of changes) packet[at] = byte;
      return packet;
    });
    const any = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(mangled, any), (packet) => {
        const reply = replyTo(packet, zone, 'udp');
        if (reply === null) return;
        expect(reply.length).toBeLessThanOrEqual(1232);
        expect(reply.readUInt16BE(0)).toBe(packet.readUInt16BE(0));
        decode(reply);
      }),
      { numRuns: 500 },
    );
  });
});
