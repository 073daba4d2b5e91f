import type { Availability } from '../domain/node.ts';
import type { VolumeState } from '../domain/slot.ts';
import type { NodeView, ServerView, TagsView, VolumeView } from '../domain/view.ts';
import type * as node from './gen/restow/v1/Node.ts';
import type * as server from './gen/restow/v1/Server.ts';
import type * as tags from './gen/restow/v1/Tags.ts';
import type * as volume from './gen/restow/v1/Volume.ts';
import { emptyIsNone, noneIsEmpty, noneIsZero, present, wordOf, zeroIsNone } from './wire.ts';
import { engineFactsWire, nodeFactsWire } from './wire-common.ts';

const availabilities: readonly Availability[] = ['active', 'cordoned'];
const volumeStates: readonly VolumeState[] = ['attached', 'detached'];
const taggedKinds: readonly TagsView['kind'][] = ['service', 'node'];

export const serverToWire = (view: ServerView): server.Server => ({ ...view });

export const serverFromWire = ({ version, clusterId, epoch }: server.Server__Output): ServerView => ({
  version,
  clusterId,
  epoch,
});

export const nodeViewToWire = (view: NodeView): node.Node => ({
  id: view.id,
  name: view.name,
  tags: view.tags,
  availability: view.availability,
  unreachableSince: noneIsZero(view.unreachableSince),
  underlayAddress: view.underlayAddress,
  publicAddress: view.publicAddress,
  agentVersion: view.agentVersion,
  engine: engineFactsWire.encode(view.engine),
  facts: nodeFactsWire.encode(view.facts),
  foreignContainers: view.foreignContainers,
  createdAt: view.createdAt,
  lastSeenAt: view.lastSeenAt,
  slots: view.slots,
  publicDns: noneIsEmpty(view.publicDns),
  refused: view.refused ?? '',
});

export const nodeViewFromWire = (message: node.Node__Output): NodeView => ({
  id: message.id,
  name: message.name,
  tags: message.tags,
  availability: availabilityFromWire(message.availability),
  unreachableSince: zeroIsNone(message.unreachableSince),
  underlayAddress: message.underlayAddress,
  publicAddress: message.publicAddress,
  agentVersion: message.agentVersion,
  engine: engineFactsWire.decode(present(message.engine, 'engine of the node')),
  facts: nodeFactsWire.decode(present(message.facts, 'facts of the node')),
  foreignContainers: message.foreignContainers,
  createdAt: message.createdAt,
  lastSeenAt: message.lastSeenAt,
  slots: message.slots,
  publicDns: emptyIsNone(message.publicDns),
  ...(message.refused === '' ? {} : { refused: message.refused }),
});

/** Throws `invalid` for anything but `active` and `cordoned`. */
export const availabilityFromWire = (text: string): Availability => wordOf(availabilities, text, 'availability');

export const tagsViewToWire = (view: TagsView): tags.Tags => ({ ...view });

export const tagsViewFromWire = (message: tags.Tags__Output): TagsView => ({
  kind: wordOf(taggedKinds, message.kind, 'kind of what is tagged'),
  name: message.name,
  tags: message.tags,
  warnings: message.warnings,
});

export const volumeViewToWire = (view: VolumeView): volume.Volume => ({
  ...view,
  mountName: noneIsEmpty(view.mountName),
  bytes: view.bytes ?? undefined,
});

export const volumeViewFromWire = (message: volume.Volume__Output): VolumeView => ({
  id: message.id,
  name: message.name,
  nodeId: message.nodeId,
  nodeName: message.nodeName,
  serviceName: message.serviceName,
  slotName: message.slotName,
  path: message.path,
  mountName: emptyIsNone(message.mountName),
  state: wordOf(volumeStates, message.state, 'state of the volume'),
  createdAt: message.createdAt,
  bytes: message.bytes ?? null,
  users: message.users,
  unmeasured: message.unmeasured,
});
