import { RestowError } from '../base/errors.ts';
import type { NodeFacts } from '../domain/node.ts';
import type { EndpointTable, Hello, OrderProgress, PortRange, Welcome } from '../domain/order.ts';
import type { ObservedInstance } from '../domain/slot.ts';
import type * as fromAgent from './gen/restow/v1/FromAgent.ts';
import type * as hello from './gen/restow/v1/Hello.ts';
import type * as toAgent from './gen/restow/v1/ToAgent.ts';
import type * as welcome from './gen/restow/v1/Welcome.ts';
import { emptyIsNone, noneIsEmpty, present, type Wire } from './wire.ts';
import { engineFactsWire, nodeFactsWire, observedInstanceWire } from './wire-common.ts';
import {
  changeMessages,
  type EndpointChanges,
  type EndpointPart,
  endpointPartOf,
  tableMessages,
} from './wire-endpoints.ts';
import { type EndedOrder, endedOrderWire, type GivenOrder, givenOrderWire } from './wire-orders.ts';

/** What an agent sends. The first is `hello`. */
export type AgentMessage =
  | { kind: 'hello'; hello: Hello }
  | { kind: 'outcome'; ended: EndedOrder }
  | { kind: 'progress'; orderId: string; progress: OrderProgress }
  /** Containers that changed, or, with `complete`, all there are. */
  | { kind: 'observation'; instances: ObservedInstance[]; complete: boolean }
  | { kind: 'heartbeat'; facts: NodeFacts; foreignContainers: number }
  /** `error`: why the node does not forward as that version says; `null` when it does. */
  | { kind: 'table-applied'; version: number; error: string | null }
  /** This node cannot be part of the cluster as it was welcomed to it. */
  | { kind: 'refused'; because: string };

/** What a coordinator sends. The first is `welcome`, with the first part of the endpoint table. */
export type CoordinatorMessage =
  | { kind: 'welcome'; welcome: Omit<Welcome, 'endpoints'>; endpoints: EndpointPart }
  | { kind: 'order'; given: GivenOrder }
  | { kind: 'cancel'; orderId: string }
  | { kind: 'endpoints'; part: EndpointPart };

export const agentMessageWire: Wire<AgentMessage, fromAgent.FromAgent, fromAgent.FromAgent__Output> = {
  encode: (message) => {
    switch (message.kind) {
      case 'hello':
        return { hello: helloWire.encode(message.hello) };
      case 'outcome':
        return { outcome: endedOrderWire.encode(message.ended) };
      case 'progress': {
        const { text, current, total } = message.progress;
        return {
          progress: { orderId: message.orderId, text, current: current ?? undefined, total: total ?? undefined },
        };
      }
      case 'observation':
        return {
          observation: { instances: message.instances.map(observedInstanceWire.encode), complete: message.complete },
        };
      case 'heartbeat':
        return {
          heartbeat: { facts: nodeFactsWire.encode(message.facts), foreignContainers: message.foreignContainers },
        };
      case 'table-applied':
        return { tableApplied: { version: message.version, error: noneIsEmpty(message.error) } };
      case 'refused':
        return { refused: { because: message.because } };
    }
  },
  decode: ({ hello, outcome, progress, observation, heartbeat, tableApplied, refused }) => {
    if (hello) return { kind: 'hello', hello: helloWire.decode(hello) };
    if (outcome) return { kind: 'outcome', ended: endedOrderWire.decode(outcome) };
    if (progress) {
      const { orderId, text, current, total } = progress;
      return { kind: 'progress', orderId, progress: { text, current: current ?? null, total: total ?? null } };
    }
    if (observation)
      return {
        kind: 'observation',
        instances: observation.instances.map(observedInstanceWire.decode),
        complete: observation.complete,
      };
    if (heartbeat)
      return {
        kind: 'heartbeat',
        facts: nodeFactsWire.decode(present(heartbeat.facts, 'facts')),
        foreignContainers: heartbeat.foreignContainers,
      };
    if (tableApplied)
      return { kind: 'table-applied', version: tableApplied.version, error: emptyIsNone(tableApplied.error) };
    if (refused) return { kind: 'refused', because: refused.because };
    throw new RestowError('invalid', 'An agent sent a message of a kind this coordinator does not know.');
  },
};

const helloWire: Wire<Hello, hello.Hello, hello.Hello__Output> = {
  encode: (said) => ({
    protocolVersion: said.protocolVersion,
    agentVersion: said.agentVersion,
    nodeId: said.nodeId,
    nodeName: said.nodeName,
    underlayAddress: noneIsEmpty(said.underlayAddress),
    publicAddress: noneIsEmpty(said.publicAddress),
    facts: nodeFactsWire.encode(said.facts),
    engine: engineFactsWire.encode(said.engine),
    foreignContainers: said.foreignContainers,
    instances: said.instances.map(observedInstanceWire.encode),
    endpointsVersion: said.endpointsVersion,
  }),
  decode: (message) => ({
    protocolVersion: message.protocolVersion,
    agentVersion: message.agentVersion,
    nodeId: message.nodeId,
    nodeName: message.nodeName,
    underlayAddress: emptyIsNone(message.underlayAddress),
    publicAddress: emptyIsNone(message.publicAddress),
    facts: nodeFactsWire.decode(present(message.facts, 'facts')),
    engine: engineFactsWire.decode(present(message.engine, 'engine')),
    foreignContainers: message.foreignContainers,
    instances: message.instances.map(observedInstanceWire.decode),
    endpointsVersion: message.endpointsVersion,
  }),
};

/** A welcome and the rest of its table, as the messages to send, in order. */
export const welcomeMessages = ({ nats, endpoints, network, ...rest }: Welcome): toAgent.ToAgent[] => {
  const [first, ...more] = tableMessages(endpoints);
  const said: welcome.Welcome = { ...rest, ...network, natsUrl: nats.url, natsToken: nats.token, endpoints: first! };
  return [{ welcome: said }, ...more.map((part) => ({ endpoints: part }))];
};

/** A whole endpoint table, as the messages to send, in order. */
export const endpointMessages = (table: EndpointTable): toAgent.ToAgent[] =>
  tableMessages(table).map((part) => ({ endpoints: part }));

/** Changes of the endpoint table sent before, as the messages to send, in order. */
export const endpointChangeMessages = (changes: EndpointChanges): toAgent.ToAgent[] =>
  changeMessages(changes).map((part) => ({ endpoints: part }));

export const orderMessage = (given: GivenOrder): toAgent.ToAgent => ({ order: givenOrderWire.encode(given) });

export const cancelMessage = (orderId: string): toAgent.ToAgent => ({ cancel: { orderId } });

export const decodeCoordinatorMessage = ({
  welcome,
  order,
  cancel,
  endpoints,
}: toAgent.ToAgent__Output): CoordinatorMessage => {
  if (welcome) return welcomeOf(welcome);
  if (order) return { kind: 'order', given: givenOrderWire.decode(order) };
  if (cancel) return { kind: 'cancel', orderId: cancel.orderId };
  if (endpoints) return { kind: 'endpoints', part: endpointPartOf(endpoints) };
  throw new RestowError('invalid', 'The coordinator sent a message of a kind this agent does not know.');
};

const portRangeOf = ({ first, last }: PortRange): PortRange => ({ first, last });

const welcomeOf = (message: welcome.Welcome__Output): CoordinatorMessage => ({
  kind: 'welcome',
  welcome: {
    protocolVersion: message.protocolVersion,
    clusterId: message.clusterId,
    epoch: message.epoch,
    network: {
      overlaySubnet: message.overlaySubnet,
      nodeSubnet: message.nodeSubnet,
      vxlanId: message.vxlanId,
      vxlanPort: message.vxlanPort,
      mtu: message.mtu,
    },
    dynamicPorts: portRangeOf(present(message.dynamicPorts, 'dynamic ports')),
    nats: { url: message.natsUrl, token: message.natsToken },
    heartbeatMs: message.heartbeatMs,
    observedAddress: message.observedAddress,
  },
  endpoints: endpointPartOf(present(message.endpoints, 'endpoint table')),
});
