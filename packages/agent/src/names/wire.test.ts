import { decode, encode, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Query, rcodes, readQuery, ttlSeconds, writeReply } from './wire.ts';

const asking = (name: string, packet: Partial<Packet> = {}, type: 'A' | 'AAAA' | 'PTR' = 'A'): Buffer =>
  encode({ type: 'query', id: 4711, flags: 256, questions: [{ name, type }], ...packet });

const opt = (udpPayloadSize: number) => ({
  ...{ type: 'OPT' as const, name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion: 0 },
  ...{ flags: 0, flag_do: false, options: [] },
});

const read = (message: Buffer): Query => {
  const { query } = readQuery(message);
  if (!query) throw new Error('It was not read.');
  return query;
};

const addressesFor = (count: number) => Array.from({ length: count }, (_, at) => `10.7.${at >> 8}.${at & 255}`);
const ours = (addresses: string[]) => ({ rcode: rcodes.ok, authoritative: true, addresses });

describe('an answer', () => {
  it('has the number and the question it came with, spelled as it was', () => {
    const reply = writeReply(read(asking('WeB-1')), ours(['10.7.0.1']), 'udp');
    expect(decode(reply)).toMatchObject({
      ...{ id: 4711, flag_qr: true, flag_aa: true, flag_rd: true, flag_ra: true, flag_tc: false },
      questions: [{ name: 'WeB-1', type: 'A' }],
      answers: [{ name: 'WeB-1', type: 'A', ttl: ttlSeconds, data: '10.7.0.1' }],
    });
  });

  it('to another type of a name that is there is empty, and no error', () => {
    const reply = decode(writeReply(read(asking('web', {}, 'AAAA')), ours(['10.7.0.1']), 'udp'));
    expect(reply.answers).toEqual([]);
    expect(reply.flags! & 15).toBe(rcodes.ok);
  });

  it('says that a name is not there', () => {
    const reply = decode(writeReply(read(asking('web-9')), { rcode: rcodes.noSuchName, authoritative: true }, 'udp'));
    expect(reply.flags! & 15).toBe(rcodes.noSuchName);
  });

  it('to an address is a name', () => {
    const reply = writeReply(
      read(asking('1.0.7.10.in-addr.arpa', {}, 'PTR')),
      { rcode: rcodes.ok, authoritative: true, name: 'web-1.shop' },
      'udp',
    );
    expect(decode(reply).answers).toMatchObject([{ type: 'PTR', data: 'web-1.shop' }]);
  });

  it('repeats a type that nobody here has a word for', () => {
    const message = asking('web');
    message.writeUInt16BE(65, message.length - 4);
    const reply = writeReply(read(message), ours(['10.7.0.1']), 'udp');
    expect(decode(reply)).toMatchObject({ questions: [{ type: 'UNKNOWN_65' }], answers: [] });
  });
});

describe('of more addresses than fit', () => {
  const all = addressesFor(200);
  const sizeOf = (query: Query) => {
    const reply = writeReply(query, ours(all), 'udp');
    const { answers, flag_tc } = decode(reply);
    const given = answers!.map((record) => ('data' in record ? record.data : null));
    expect(given).toEqual(all.slice(0, given.length));
    return { bytes: reply.length, given: given.length, flag_tc };
  };

  it('the first are given, as many as fit, and marked as not all', () => {
    const plain = sizeOf(read(asking('web')));
    expect(plain.flag_tc).toBe(true);
    expect(plain.bytes).toBeLessThanOrEqual(512);
    expect(plain.bytes).toBeGreaterThan(490);
  });

  it('more fit where the asker takes larger ones, but none that would be cut in pieces', () => {
    const larger = sizeOf(read(asking('web', { additionals: [opt(1232)] })));
    expect(larger.given).toBeGreaterThan(sizeOf(read(asking('web'))).given);
    expect(larger.bytes).toBeLessThanOrEqual(1232);
    expect(sizeOf(read(asking('web', { additionals: [opt(65_000)] }))).bytes).toBeLessThanOrEqual(1400);
    expect(sizeOf(read(asking('web', { additionals: [opt(1)] }))).bytes).toBeGreaterThan(490);
  });

  it('by TCP all are given', () => {
    const reply = decode(writeReply(read(asking('web')), ours(all), 'tcp'));
    expect(reply.answers).toHaveLength(200);
    expect(reply.flag_tc).toBe(false);
  });

  it('sixty fit what an ordinary resolver asks for', () => {
    const reply = decode(writeReply(read(asking('web', { additionals: [opt(1232)] })), ours(addressesFor(60)), 'udp'));
    expect(reply.answers).toHaveLength(60);
  });
});

describe('what is no question', () => {
  const refusal = (message: Buffer): { id: number; rcode: number } | null => {
    const { query, ...rest } = readQuery(message) as { query: null; reply: Buffer | null };
    expect(query).toBeNull();
    return rest.reply && { id: rest.reply.readUInt16BE(0), rcode: rest.reply[3]! & 15 };
  };

  it('an answer is not answered: two would talk for ever', () => {
    expect(refusal(asking('web', { type: 'response' }))).toBeNull();
    expect(refusal(Buffer.alloc(3))).toBeNull();
  });

  it('no question, two, or other records are said to be wrong, without believing how many there are', () => {
    expect(refusal(asking('web', { questions: [] }))).toEqual({ id: 4711, rcode: rcodes.malformed });
    expect(
      refusal(
        asking('web', {
          questions: [
            { name: 'a', type: 'A' },
            { name: 'b', type: 'A' },
          ],
        }),
      ),
    ).toEqual({ id: 4711, rcode: rcodes.malformed });
    const huge = asking('web');
    huge.writeUInt16BE(65_535, 6);
    expect(refusal(huge)).toEqual({ id: 4711, rcode: rcodes.malformed });
  });

  it('an update or a notice is not offered', () => {
    const update = asking('web');
    update[2] = 5 << 3;
    expect(refusal(update)).toEqual({ id: 4711, rcode: rcodes.notOffered });
  });

  it('any bytes are read or refused, never thrown at, and an answer can be read by others', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, asQuestion) => {
        const message = asQuestion
          ? Buffer.concat([Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), bytes])
          : Buffer.from(bytes);
        const read = readQuery(message);
        const reply = read.query ? writeReply(read.query, ours(['10.7.0.1']), 'udp') : read.reply;
        if (reply === null) return;
        expect(reply.length).toBeLessThanOrEqual(1400);
        expect(reply[2]! & 0x80).toBe(0x80);
      }),
      { numRuns: 500 },
    );
  });
});
