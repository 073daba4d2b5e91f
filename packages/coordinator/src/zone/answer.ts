import { isWithin, type NameRecords, type Zone } from './zone-of.ts';

/** What is asked for, by the numbers of the protocol. */
export interface Question {
  /** As it was asked, without a dot at its end; `''` is the root. */
  name: string;
  type: number;
  class: number;
}

export type ResourceRecord = { name: string; ttl: number } & (
  | { type: 'A' | 'AAAA' | 'NS'; data: string }
  | { type: 'SOA'; data: Soa }
);

interface Soa {
  mname: string;
  rname: string;
  serial: number;
  refresh: number;
  retry: number;
  expire: number;
  minimum: number;
}

export interface Answer {
  rcode: number;
  /** It is our zone's to say. */
  authoritative: boolean;
  answers: ResourceRecord[];
  authorities: ResourceRecord[];
  additionals: ResourceRecord[];
}

export const rcodes = { ok: 0, malformed: 1, noSuchName: 3, notImplemented: 4, refused: 5 } as const;

const types = { A: 1, NS: 2, SOA: 6, AAAA: 28, OPT: 41, IXFR: 251, AXFR: 252, ANY: 255 } as const;
/** From here to 255 they ask for something to be done rather than for a record. */
const firstMetaType = 128;
const classes = { IN: 1, ANY: 255 } as const;

/** More addresses of a name are told a few at a time: 64 KiB is all that an answer has. */
const mostAddresses = 256;

/** Where the zone is answered changes seldom. Seconds. */
const serversTtl = 3600;

/** For servers that would copy the zone. None can yet, but the record has them. Seconds. */
const copying = { refresh: 3600, retry: 600, expire: 604_800 };

/**
 * What an authoritative server of the zone says. It recurses for nobody, copies its zone to nobody, and answers "any" by
 * one kind of record (RFC 8482). A name that is not there and a name without such a record come with the SOA record,
 * whose minimum says how long that may be remembered (RFC 2308). `turn` is any number: addresses are told in another
 * order for each. Pure.
 */
export const answer = (question: Question, zone: Zone, turn = 0): Answer => {
  const name = question.name.toLowerCase();
  if (question.class !== classes.IN && question.class !== classes.ANY) return plain(rcodes.refused);
  if (!isWithin(name, zone.domain)) return plain(rcodes.refused);
  if (question.type === types.AXFR || question.type === types.IXFR) return plain(rcodes.refused);
  if (question.type === types.OPT || (question.type >= firstMetaType && question.type < types.ANY))
    return plain(rcodes.notImplemented);

  const found = zone.names.get(name);
  if (!found) return { ...said([]), rcode: rcodes.noSuchName, authorities: [soaOf(zone)] };
  const answers = recordsFor(question, name, found, zone, turn);
  if (answers.length === 0) return { ...said([]), authorities: [soaOf(zone)] };
  return { ...said(answers), additionals: answers.some(({ type }) => type === 'NS') ? glueOf(zone) : [] };
};

const recordsFor = (
  { name: asked, type }: Question,
  name: string,
  { a, aaaa }: NameRecords,
  zone: Zone,
  turn: number,
): ResourceRecord[] => {
  const { ttlSeconds, domain, nameServers } = zone;
  const ttl = nameServers.some((server) => server.name === name) ? serversTtl : ttlSeconds;
  const addresses = (kind: 'A' | 'AAAA', of: string[]): ResourceRecord[] =>
    inTurn(of, turn).map((data) => ({ name: asked, type: kind, ttl, data }));
  const isApex = name === domain;
  switch (type) {
    case types.A:
      return addresses('A', a);
    case types.AAAA:
      return addresses('AAAA', aaaa);
    case types.NS:
      return isApex
        ? nameServers.map((server) => ({ name: asked, type: 'NS', ttl: serversTtl, data: server.name }))
        : [];
    case types.SOA:
      return isApex ? [{ ...soaOf(zone), name: asked }] : [];
    case types.ANY:
      if (isApex) return [{ ...soaOf(zone), name: asked }];
      return a.length > 0 ? addresses('A', a) : addresses('AAAA', aaaa);
    default:
      return [];
  }
};

const inTurn = (addresses: string[], turn: number): string[] => {
  const first = addresses.length === 0 ? 0 : turn % addresses.length;
  return [...addresses.slice(first), ...addresses.slice(0, first)].slice(0, mostAddresses);
};

const soaOf = ({ domain, ttlSeconds, nameServers, serial }: Zone): ResourceRecord => ({
  name: domain,
  type: 'SOA',
  ttl: ttlSeconds,
  data: { mname: nameServers[0]!.name, rname: `hostmaster.${domain}`, serial, ...copying, minimum: ttlSeconds },
});

/** Addresses of the name servers that only this zone knows. */
const glueOf = ({ domain, nameServers, names }: Zone): ResourceRecord[] =>
  nameServers
    .filter(({ name }) => isWithin(name, domain))
    .flatMap(({ name }) => [
      ...(names.get(name)?.a ?? []).map((data) => ({ name, type: 'A' as const, ttl: serversTtl, data })),
      ...(names.get(name)?.aaaa ?? []).map((data) => ({ name, type: 'AAAA' as const, ttl: serversTtl, data })),
    ]);

const said = (answers: ResourceRecord[]): Answer => ({
  rcode: rcodes.ok,
  authoritative: true,
  answers,
  authorities: [],
  additionals: [],
});

const plain = (rcode: number): Answer => ({ ...said([]), rcode, authoritative: false });
