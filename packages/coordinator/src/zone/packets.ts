import { decode, encode } from 'dns-packet';
import { type Answer, answer, type Question, rcodes } from './answer.ts';
import type { Zone } from './zone-of.ts';

/** By what a question came. */
export type Transport = 'udp' | 'tcp';

/** What we offer and send over UDP at most: it passes every path in one piece (DNS flag day 2020). Bytes. */
const udpPayload = 1232;
/** What a client without EDNS takes. Bytes. */
const plainPayload = 512;
/** A question is far smaller; what is larger is not looked at. Bytes. */
export const largestQuestion = 4096;

const headerBytes = 12;
const bits = { response: 0x8000, authoritative: 0x0400, truncated: 0x0200, recursionDesired: 0x0100, checking: 0x0010 };
const opcodeOf = (flags: number): number => (flags >> 11) & 15;
/** Its low four bits stand in the header, the rest in the OPT record. */
const badVersion = 16;

/**
 * The reply to a packet; `null` where none is due: to what is no question, or too short to answer. What cannot be read is
 * answered FORMERR, what is of another kind NOTIMP. Work and size are bounded, whatever is in the packet. Pure.
 *
 * `cut`: only "ask again by TCP" is to be said, to somebody who asks too often by UDP.
 */
export const replyTo = (packet: Buffer, zone: Zone, by: Transport, { cut = false } = {}): Buffer | null => {
  if (packet.length < headerBytes) return null;
  const flags = packet.readUInt16BE(2);
  if (flags & bits.response) return null;
  if (opcodeOf(flags) !== 0) return bare(packet, rcodes.notImplemented);
  const asked = readQuestion(packet);
  if (!asked) return bare(packet, rcodes.malformed);
  const { question, raw, edns } = asked;

  const turn = packet.readUInt16BE(0);
  const found =
    edns && edns.version > 0 ? { ...nothing, rcode: badVersion } : cut ? nothing : answer(question, zone, turn);
  const reply = write(packet, raw, edns, found, cut);
  const most = by === 'tcp' ? 65_535 : edns ? Math.min(Math.max(edns.payload, plainPayload), udpPayload) : plainPayload;
  return reply.length <= most ? reply : write(packet, raw, edns, { ...nothing, authoritative: true }, true);
};

const nothing: Answer = { rcode: rcodes.ok, authoritative: false, answers: [], authorities: [], additionals: [] };

interface Edns {
  payload: number;
  version: number;
  dnssecOk: boolean;
}

/** `null` for what is not exactly one question, perhaps with an OPT record. */
const readQuestion = (packet: Buffer): { question: Question; raw: Buffer; edns: Edns | null } | null => {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => packet.readUInt16BE(at)) as [
    number,
    number,
    number,
    number,
  ];
  // One authority: the SOA record of who asks for what changed since.
  if (packet.length > largestQuestion || questions !== 1 || answers > 0 || authorities > 1 || additionals > 4)
    return null;
  const name = readName(packet, headerBytes);
  if (!name || name.end + 4 > packet.length) return null;
  try {
    const options = (decode(packet).additionals ?? []).filter((record) => record.type === 'OPT');
    if (options.length > 1) return null;
    const [option] = options;
    return {
      question: { name: name.text, type: packet.readUInt16BE(name.end), class: packet.readUInt16BE(name.end + 2) },
      raw: packet.subarray(headerBytes, name.end + 4),
      edns: option
        ? { payload: option.udpPayloadSize, version: option.ednsVersion, dnssecOk: (option.flags & 0x8000) !== 0 }
        : null,
    };
  } catch {
    // The library says what it cannot read by throwing; the client is told FORMERR.
    return null;
  }
};

/**
 * A name at a place in a packet, and where it ends. A byte that is not plain, a dot within a label among them, is
 * written as `\046`, so that no name of ours looks like it. `null` for what is no name, and for one that points
 * elsewhere: a first name has nowhere to point to.
 */
const readName = (packet: Buffer, start: number): { text: string; end: number } | null => {
  const labels: string[] = [];
  for (let at = start; at - start < 255; ) {
    const length = packet[at];
    if (length === undefined || length > 63 || at + 1 + length > packet.length) return null;
    if (length === 0) return { text: labels.join('.'), end: at + 1 };
    const label = packet.toString('latin1', at + 1, at + 1 + length);
    labels.push(label.replace(/[^\w-]/g, (byte) => `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`));
    at += 1 + length;
  }
  return null;
};

/** A reply with the question byte by byte as it came: some resolvers look whether each letter's case came back. */
const write = (
  packet: Buffer,
  raw: Buffer,
  edns: Edns | null,
  { rcode, authoritative, answers, authorities, additionals }: Answer,
  truncated: boolean,
): Buffer => {
  const asked = packet.readUInt16BE(2);
  const option = edns && {
    type: 'OPT' as const,
    name: '.',
    udpPayloadSize: udpPayload,
    extendedRcode: rcode >> 4,
    ednsVersion: 0,
    flags: edns.dnssecOk ? 0x8000 : 0,
    flag_do: edns.dnssecOk,
    options: [],
  };
  const records = encode({
    type: 'response',
    id: packet.readUInt16BE(0),
    flags:
      (asked & (bits.recursionDesired | bits.checking)) |
      (authoritative ? bits.authoritative : 0) |
      (truncated ? bits.truncated : 0) |
      (rcode & 15),
    answers,
    authorities,
    additionals: [...additionals, ...(option ? [option] : [])],
  });
  // Names are written out, none points to another, so the question can be put in between.
  records.writeUInt16BE(1, 4);
  return Buffer.concat([records.subarray(0, headerBytes), raw, records.subarray(headerBytes)]);
};

/** A reply with nothing but its code. */
const bare = (packet: Buffer, rcode: number): Buffer => {
  const reply = Buffer.alloc(headerBytes);
  packet.copy(reply, 0, 0, 2);
  const asked = packet.readUInt16BE(2);
  reply.writeUInt16BE(bits.response | (asked & 0x7800) | (asked & bits.recursionDesired) | rcode, 2);
  return reply;
};
