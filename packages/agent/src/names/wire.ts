import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  type Answer as ResourceRecord,
  TRUNCATED_RESPONSE,
} from 'dns-packet';

/** A question as it came, and what its answer must look like. */
export interface Query {
  /** The message, whole: what is not ours is passed on as it is. */
  message: Buffer;
  /** The question's own bytes: an answer repeats them, spelled as they are. */
  question: Buffer;
  id: number;
  name: string;
  /** `A`, `PTR`, ...; `UNKNOWN_65` for one that the library has no word for. */
  type: string;
  class: string;
  recursionDesired: boolean;
  /** Bytes a datagram may have that the asker takes (EDNS); `null`: it said nothing. */
  payload: number | null;
}

export const rcodes = { ok: 0, malformed: 1, failed: 2, noSuchName: 3, notOffered: 4 } as const;
export type Rcode = (typeof rcodes)[keyof typeof rcodes];

/** What is said about a question of ours. */
export interface Reply {
  rcode: Rcode;
  /** Ours to say; not so where a resolver could not be asked. */
  authoritative: boolean;
  addresses?: readonly string[];
  name?: string;
  text?: string;
}

/**
 * How long an answer may be kept. Seconds. Addresses outlive every redeploy, so only scaling makes an answer old, and a
 * question costs next to nothing; 0 is taken for an error by some.
 */
export const ttlSeconds = 1;

const headerBytes = 12;

/** What a datagram may hold when nothing was said of it (RFC 1035). */
const plainPayload = 512;

/** What fits a packet on any bridge, with what stands before it. */
const largestPayload = 1400;

/** Reads a message. `reply`: it is no question that can be answered, and that is to be said so; `null`: nothing is. */
export const readQuery = (message: Buffer): { query: Query } | { query: null; reply: Buffer | null } => {
  // No answer to what may be an answer: two such programs would talk for ever.
  if (message.length < headerBytes || (message[2]! & 0x80) !== 0) return { query: null, reply: null };
  const refused = (rcode: Rcode) => ({ query: null, reply: bareReply(message, rcode) });
  if ((message[2]! & 0x78) !== 0) return refused(rcodes.notOffered);
  // Before anything is made in the size that is claimed.
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  if (questions !== 1 || answers !== 0 || authorities !== 0 || additionals! > 2) return refused(rcodes.malformed);
  const end = endOfQuestion(message);
  if (end === null) return refused(rcodes.malformed);
  try {
    const packet = decode(message);
    const [asked] = packet.questions!;
    const opt = packet.additionals?.find((record) => record.type === 'OPT');
    return {
      query: {
        message,
        question: message.subarray(headerBytes, end),
        id: packet.id!,
        name: asked!.name,
        type: asked!.type,
        class: asked!.class ?? 'IN',
        recursionDesired: packet.flag_rd,
        payload: opt?.udpPayloadSize ?? null,
      },
    };
  } catch {
    // The library throws on whatever it cannot read.
    return refused(rcodes.malformed);
  }
};

/** Where the one question ends. A name in it has nothing before it to point to, so a pointer is no name. */
const endOfQuestion = (message: Buffer): number | null => {
  let at = headerBytes;
  while (at < message.length && message[at] !== 0) {
    if (message[at]! > 63) return null;
    at += message[at]! + 1;
  }
  return at + 5 <= message.length ? at + 5 : null;
};

/** The header alone. */
const bareReply = (message: Buffer, rcode: Rcode): Buffer => {
  const reply = Buffer.alloc(headerBytes);
  message.copy(reply, 0, 0, 2);
  reply[2] = 0x80 | (message[2]! & 0x79);
  reply[3] = 0x80 | rcode;
  return reply;
};

/**
 * The answer as it goes out. In a datagram it is as large as the asker takes: of more addresses than fit, the first are
 * given and marked as not all, so that whoever wants all asks again by TCP.
 */
export const writeReply = (query: Query, reply: Reply, transport: 'udp' | 'tcp'): Buffer => {
  const records = recordsOf(query, reply);
  const room = transport === 'tcp' ? 65_535 : Math.min(largestPayload, Math.max(plainPayload, query.payload ?? 0));
  const whole = encodeReply(query, reply, records, false);
  if (whole.length <= room) return whole;
  const each = (whole.length - encodeReply(query, reply, [], false).length) / records.length;
  const fitting = Math.floor((room - (whole.length - each * records.length)) / each);
  return encodeReply(query, reply, records.slice(0, fitting), true);
};

const recordsOf = ({ name, type }: Query, { addresses = [], name: pointer, text }: Reply): ResourceRecord[] => {
  const wants = (kind: string) => type === kind || type === 'ANY';
  const ttl = ttlSeconds;
  return [
    ...(wants('A') ? addresses.map((data) => ({ type: 'A' as const, name, ttl, data })) : []),
    ...(wants('PTR') && pointer !== undefined ? [{ type: 'PTR' as const, name, ttl, data: pointer }] : []),
    ...(wants('TXT') && text !== undefined
      ? [{ type: 'TXT' as const, name, ttl: 0, class: 'CH' as const, data: text }]
      : []),
  ];
};

const encodeReply = (query: Query, reply: Reply, answers: ResourceRecord[], truncated: boolean): Buffer => {
  const encoded = encode({
    type: 'response',
    id: query.id,
    flags:
      RECURSION_AVAILABLE |
      (query.recursionDesired ? RECURSION_DESIRED : 0) |
      (reply.authoritative ? AUTHORITATIVE_ANSWER : 0) |
      (truncated ? TRUNCATED_RESPONSE : 0) |
      reply.rcode,
    answers,
    additionals: query.payload === null ? [] : [ednsOf()],
  });
  // The question as it was asked, byte by byte, rather than as the library would spell it.
  encoded.writeUInt16BE(1, 4);
  return Buffer.concat([encoded.subarray(0, headerBytes), query.question, encoded.subarray(headerBytes)]);
};

const ednsOf = (): ResourceRecord => ({
  type: 'OPT',
  name: '.',
  udpPayloadSize: largestPayload,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
});
