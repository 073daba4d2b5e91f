import type { NodeView } from '@restow/shared/domain/view';
import type { Look } from './look.ts';
import { nodeState } from './node-list.ts';
import { columns, indent } from './table.ts';
import { bytes, listed, moment } from './words.ts';

/** `node inspect`, for people. Pure. */
export const nodeDetails = (node: NodeView, { now, paint }: Look): string => {
  const { facts, engine } = node;
  const rows = [
    ['id', node.id],
    ...(node.refused === undefined ? [] : [['refused', node.refused]]),
    ['tags', listed(node.tags)],
    ['slots', listed(node.slots)],
    ['addresses', `${node.publicAddress} public, ${node.underlayAddress} between nodes`],
    ...(node.publicDns === null ? [] : [['public name', node.publicDns]]),
    ['machine', `${facts.hostname}, ${facts.os}, Linux ${facts.kernel}, ${facts.arch}`],
    ['cores', `${facts.cores}, load ${facts.load1.toFixed(2)}`],
    ['memory', `${bytes(facts.memoryFreeBytes)} free of ${bytes(facts.memoryBytes)}`],
    ['disk', `${bytes(facts.diskFreeBytes)} free of ${bytes(facts.diskBytes)}`],
    ['engine', `${engine.version}, API ${engine.apiVersion}, ${engine.storageDriver}`],
    ['foreign', `${node.foreignContainers} running containers that are not Restow's`],
    ['agent', node.agentVersion],
    ['joined', moment(node.createdAt)],
    ['last seen', moment(node.lastSeenAt)],
  ];
  return `${paint.bold(node.name)}   ${nodeState(node, now, paint)}\n${indent(columns(rows))}`;
};
