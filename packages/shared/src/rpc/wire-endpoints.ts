import { RestowError } from '../base/errors.ts';
import type { Endpoint, EndpointTable } from '../domain/order.ts';
import type * as table from './gen/restow/v1/EndpointTable.ts';
import { emptyIsNone, noneIsEmpty } from './wire.ts';

/** How a table became another one. */
export interface EndpointChanges {
  version: number;
  /** Added, or moved. */
  endpoints: Endpoint[];
  removedSlots: string[];
}

/** What is left to send to somebody who has `before`; an endpoint is told apart by its slot. Pure. */
export const changesBetween = (before: EndpointTable, after: EndpointTable): EndpointChanges => {
  const had = new Map(before.endpoints.map((endpoint) => [endpoint.slotId, endpoint]));
  const has = new Set(after.endpoints.map(({ slotId }) => slotId));
  return {
    version: after.version,
    endpoints: after.endpoints.filter((endpoint) => !sameEndpoint(had.get(endpoint.slotId), endpoint)),
    removedSlots: before.endpoints.map(({ slotId }) => slotId).filter((slotId) => !has.has(slotId)),
  };
};

const sameEndpoint = (one: Endpoint | undefined, other: Endpoint): boolean =>
  one !== undefined &&
  one.address === other.address &&
  one.nodeId === other.nodeId &&
  one.underlay === other.underlay &&
  one.slotName === other.slotName &&
  one.serviceId === other.serviceId &&
  one.serviceName === other.serviceName &&
  one.stack === other.stack &&
  one.named === other.named &&
  one.everyNode === other.everyNode;

export const sameEndpoints = (one: readonly Endpoint[], other: readonly Endpoint[]): boolean => {
  const known = new Map(one.map((endpoint) => [endpoint.slotId, endpoint]));
  return one.length === other.length && other.every((endpoint) => sameEndpoint(known.get(endpoint.slotId), endpoint));
};

/** A message holds at most this many bytes of endpoints, so that it stays below 1 MiB with what is around them. */
const chunkBytes = 1024 * 1024 - 4096;

/** A whole table as messages, each below 1 MiB. */
export const tableMessages = ({ version, endpoints }: EndpointTable): table.EndpointTable[] =>
  messages(version, true, endpoints, []);

/** Changes as messages, each below 1 MiB. */
export const changeMessages = ({ version, endpoints, removedSlots }: EndpointChanges): table.EndpointTable[] =>
  messages(version, false, endpoints, removedSlots);

const messages = (
  version: number,
  full: boolean,
  endpoints: Endpoint[],
  removedSlots: string[],
): table.EndpointTable[] => {
  const parts: Required<Pick<table.EndpointTable, 'endpoints' | 'removedSlots'>>[] = [
    { endpoints: [], removedSlots: [] },
  ];
  let left = chunkBytes;
  const room = (bytes: number) => {
    if (bytes > left) {
      parts.push({ endpoints: [], removedSlots: [] });
      left = chunkBytes;
    }
    left -= bytes;
    return parts.at(-1)!;
  };
  for (const endpoint of endpoints)
    room(endpointBytes(endpoint)).endpoints.push({ ...endpoint, stack: noneIsEmpty(endpoint.stack) });
  for (const slotId of removedSlots) room(textBytes(slotId)).removedSlots.push(slotId);
  return parts.map((part, index) => ({
    version,
    full: full && index === 0,
    ...part,
    last: index === parts.length - 1,
  }));
};

/** Tag and length take at most three bytes for texts this short. */
const textBytes = (text: string): number => Buffer.byteLength(text) + 3;
const endpointBytes = ({ slotIndex, named, everyNode, ...texts }: Endpoint): number =>
  Object.values(texts).reduce<number>((sum, text) => sum + textBytes(text ?? ''), 16);

/** One message of a table, as it came. */
export interface EndpointPart {
  version: number;
  full: boolean;
  endpoints: Endpoint[];
  removedSlots: string[];
  last: boolean;
}

export const endpointPartOf = (message: table.EndpointTable__Output): EndpointPart => ({
  version: message.version,
  full: message.full,
  endpoints: message.endpoints.map((endpoint) => ({
    slotId: endpoint.slotId,
    slotName: endpoint.slotName,
    slotIndex: endpoint.slotIndex,
    serviceId: endpoint.serviceId,
    serviceName: endpoint.serviceName,
    stack: emptyIsNone(endpoint.stack),
    named: endpoint.named,
    everyNode: endpoint.everyNode,
    address: endpoint.address,
    nodeId: endpoint.nodeId,
    underlay: endpoint.underlay,
  })),
  removedSlots: message.removedSlots,
  last: message.last,
});

/** Puts a table together from the messages of one session, in order. */
export class EndpointAssembly {
  #table: Map<string, Endpoint> | null = null;

  /** The table once its last message is in; `null` before. Changes before any table are refused. */
  add(part: EndpointPart): EndpointTable | null {
    if (part.full) this.#table = new Map();
    if (!this.#table)
      throw new RestowError('invalid', 'The coordinator sent changes of an endpoint table before the table itself.');
    for (const endpoint of part.endpoints) this.#table.set(endpoint.slotId, endpoint);
    for (const slotId of part.removedSlots) this.#table.delete(slotId);
    return part.last ? { version: part.version, endpoints: [...this.#table.values()] } : null;
  }
}
