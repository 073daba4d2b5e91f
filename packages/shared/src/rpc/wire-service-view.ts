import type { DefinitionField, ServiceState } from '../domain/service.ts';
import type { ServiceView, SlotView } from '../domain/view.ts';
import type * as service from './gen/restow/v1/ServiceView.ts';
import type * as slot from './gen/restow/v1/SlotView.ts';
import { emptyIsNone, noneIsEmpty, noneIsZero, present, wordOf, zeroIsNone } from './wire.ts';
import { pinnedImageWire, protocolOf } from './wire-common.ts';
import { definitionFromWire, definitionToWire } from './wire-definition.ts';

const serviceStates: readonly ServiceState[] = [
  'Not running',
  'Starting',
  'Running',
  'Partly running',
  'Redeploying',
  'Scaling',
  'Stopped',
  'Terminating',
  'Terminated',
];
const slotStates: readonly SlotView['state'][] = ['created', 'running', 'stopped', 'gone', 'unknown'];
const healths: readonly SlotView['health'][] = ['none', 'starting', 'healthy', 'unhealthy'];

export const serviceViewToWire = (view: ServiceView): service.ServiceView => ({
  id: view.id,
  name: view.name,
  stack: noneIsEmpty(view.stack),
  definition: definitionToWire(view.definition),
  version: view.version,
  createdAt: view.createdAt,
  updatedAt: view.updatedAt,
  state: view.state,
  synchronized: view.synchronized,
  pending: view.pending,
  running: view.running && definitionToWire(view.running),
  slots: view.slots.map(slotViewToWire),
  revisionNumber: noneIsZero(view.revisionNumber),
  deploymentNumber: noneIsZero(view.deploymentNumber),
  publicDns: noneIsEmpty(view.publicDns),
});

export const serviceViewFromWire = (message: service.ServiceView__Output): ServiceView => ({
  id: message.id,
  name: message.name,
  stack: emptyIsNone(message.stack),
  definition: definitionFromWire(present(message.definition, 'definition')),
  version: message.version,
  createdAt: message.createdAt,
  updatedAt: message.updatedAt,
  state: wordOf(serviceStates, message.state, 'service state'),
  synchronized: message.synchronized,
  // A newer coordinator may name a field this side does not know; it is only ever shown.
  pending: message.pending as DefinitionField[],
  running: message.running && definitionFromWire(message.running),
  slots: message.slots.map(slotViewFromWire),
  revisionNumber: zeroIsNone(message.revisionNumber),
  deploymentNumber: zeroIsNone(message.deploymentNumber),
  publicDns: emptyIsNone(message.publicDns),
});

const slotViewToWire = (view: SlotView): slot.SlotView => ({
  id: view.id,
  index: view.index,
  name: view.name,
  address: view.address,
  nodeId: noneIsEmpty(view.nodeId),
  nodeName: noneIsEmpty(view.nodeName),
  instanceId: noneIsEmpty(view.instanceId),
  containerId: noneIsEmpty(view.containerId),
  revisionNumber: noneIsZero(view.revisionNumber),
  image: view.image && pinnedImageWire.encode(view.image),
  state: view.state,
  health: view.health,
  exitCode: view.exitCode ?? undefined,
  startedAt: noneIsZero(view.startedAt),
  synchronized: view.synchronized,
  pending: view.pending,
  ports: view.ports.map((port) => ({ ...port, hostPort: noneIsZero(port.hostPort) })),
  publicDns: noneIsEmpty(view.publicDns),
  instancePublicDns: noneIsEmpty(view.instancePublicDns),
});

const slotViewFromWire = (message: slot.SlotView__Output): SlotView => ({
  id: message.id,
  index: message.index,
  name: message.name,
  address: message.address,
  nodeId: emptyIsNone(message.nodeId),
  nodeName: emptyIsNone(message.nodeName),
  instanceId: emptyIsNone(message.instanceId),
  containerId: emptyIsNone(message.containerId),
  revisionNumber: zeroIsNone(message.revisionNumber),
  image: message.image && pinnedImageWire.decode(message.image),
  state: wordOf(slotStates, message.state, 'slot state'),
  health: wordOf(healths, message.health, 'slot health'),
  exitCode: message.exitCode ?? null,
  startedAt: zeroIsNone(message.startedAt),
  synchronized: message.synchronized,
  pending: message.pending as DefinitionField[],
  ports: message.ports.map(({ containerPort, protocol, hostPort }) => ({
    containerPort,
    protocol: protocolOf(protocol),
    hostPort: zeroIsNone(hostPort),
  })),
  publicDns: emptyIsNone(message.publicDns),
  instancePublicDns: emptyIsNone(message.instancePublicDns),
});
