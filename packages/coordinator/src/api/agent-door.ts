import { isIP } from 'node:net';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Clock } from '@restow/shared/base/clock';
import { isRestowError, RestowError } from '@restow/shared/base/errors';
import { Inbox } from '@restow/shared/base/inbox';
import { dnsLabelRule, isDnsLabel } from '@restow/shared/domain/dns-label';
import { type Hello, protocolVersion } from '@restow/shared/domain/order';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import type { AgentSessionHandlers } from '@restow/shared/rpc/gen/restow/v1/AgentSession';
import type { FromAgent__Output } from '@restow/shared/rpc/gen/restow/v1/FromAgent';
import type { ToAgent } from '@restow/shared/rpc/gen/restow/v1/ToAgent';
import { failStream } from '@restow/shared/rpc/status';
import { type AgentMessage, agentMessageWire, welcomeMessages } from '@restow/shared/rpc/wire-agent';
import type { Logger } from 'pino';
import type { GrpcAgents } from '../adapters/grpc-agents.ts';
import type { ClusterSettings } from '../nodes/cluster-settings.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { endWhenSilent } from '../nodes/liveness.ts';
import type { Refusals } from '../nodes/refusals.ts';
import type { Roster } from '../nodes/roster.ts';
import type { Session, Sessions } from '../nodes/sessions.ts';
import { addressOfPeer, hostOf } from './peer.ts';
import type { Authenticate } from './principal.ts';

/** What the agents' door opens onto. */
export interface AgentDoor {
  authenticate: Authenticate;
  settings: ClusterSettings;
  sessions: Sessions;
  roster: Roster;
  endpoints: Endpoints;
  refusals: Refusals;
  agents: GrpcAgents;
  clock: Clock;
  log: Logger;
  /** Called when a node was welcomed and orders may be sent to it. */
  onAttached?: (nodeId: string) => void;
  /** Called when a node has told of all it has, and that is in the store. */
  onSeen?: (nodeId: string, instances: ObservedInstance[]) => void;
}

type Call = ServerDuplexStream<FromAgent__Output, ToAgent>;

/** Whoever dials and says nothing holds a stream for nothing. Milliseconds. */
const helloWithinMs = 10_000;

/** The agents' door. */
export const agentDoor = (door: AgentDoor): AgentSessionHandlers => ({
  Attach: (call) => {
    attach(door, call).then(
      () => call.end(),
      (error) => {
        if (!isRestowError(error) || error.code === 'internal') door.log.error({ err: error }, 'session broke');
        failStream(call, error);
      },
    );
  },
});

/** One session, from its hello to its end. Throws what the agent is told as the reason of the end. */
const attach = async (door: AgentDoor, call: Call): Promise<void> => {
  const { sessions, roster, endpoints, agents, settings, clock, log } = door;
  door.authenticate(call.metadata);
  const { messages, heardAt } = inboxOf(call, clock);
  const hello = await firstHello(door, messages);
  const session = sessionOf(call, hello, messages);
  const hungUp = new RestowError('unavailable', `Node ${session.nodeName} hung up.`);
  sessions.enter(session);
  try {
    const observedAddress = addressOfPeer(call.getPeer());
    await roster.arrived(hello, observedAddress);
    await endpoints.follow(session, (table) => {
      const nats = { url: settings.nats.urlFor(hostOf(call.getHost())), token: settings.nats.token };
      const { clusterId, epoch, network, dynamicPorts, heartbeatMs } = settings;
      const cluster = { protocolVersion, clusterId, epoch, network, dynamicPorts };
      const welcome = { ...cluster, heartbeatMs, nats, observedAddress };
      session.send(welcomeMessages({ ...welcome, endpoints: table }));
    });
    agents.opened(session);
    door.onAttached?.(session.nodeId);
    log.info({ node: session.nodeName, from: observedAddress }, 'node attached');
    endWhenSilent(session, { clock, heartbeatMs: settings.heartbeatMs, heardAt });
    for await (const raw of messages) {
      if (session.over.aborted) break;
      await take(door, session, agentMessageWire.decode(raw));
    }
  } finally {
    session.end(hungUp);
    const last = sessions.leave(session);
    log.info({ node: session.nodeName, because: String(session.over.reason?.message) }, 'node detached');
    if (last && !sessions.closing) await roster.lost(session.nodeId, () => sessions.of(session.nodeId) !== null);
  }
  if (session.over.reason !== hungUp) throw session.over.reason;
};

/** One message after the other: an outcome is told after the observations that came before it are in the store. */
const take = async (
  { roster, agents, endpoints, refusals, log, onSeen }: AgentDoor,
  session: Session,
  message: AgentMessage,
): Promise<void> => {
  switch (message.kind) {
    case 'hello':
      throw new RestowError('invalid', `Node ${session.nodeName} said hello twice in one session.`);
    case 'heartbeat':
      return roster.heartbeat(session.nodeId, message);
    case 'observation':
      await roster.observation(session.nodeId, message);
      if (message.complete) onSeen?.(session.nodeId, message.instances);
      return;
    case 'outcome':
      return agents.ended(session, message.ended);
    case 'progress':
      return agents.progress(session, message.orderId, message.progress);
    case 'refused':
      refusals.refused(session.nodeId, message.because);
      log.warn({ node: session.nodeName, because: message.because }, 'node refused to be part of the cluster');
      return;
    case 'table-applied':
      if (message.error === null) refusals.forget(session.nodeId);
      return endpoints.applied(session, message.version, message.error);
  }
};

/** What the agent sends, until it hangs up or the connection breaks, and when it last sent something. */
const inboxOf = (call: Call, clock: Clock): { messages: Inbox<FromAgent__Output>; heardAt: () => number } => {
  const messages = new Inbox<FromAgent__Output>();
  let at = clock.now();
  call.on('data', (message: FromAgent__Output) => {
    // Heard when it arrives, not when its turn comes: a slow disk here is not a silent node there.
    at = clock.now();
    messages.put(message);
  });
  for (const end of ['end', 'cancelled', 'close']) call.on(end, () => messages.close());
  return { messages, heardAt: () => at };
};

const firstHello = async ({ clock }: AgentDoor, messages: Inbox<FromAgent__Output>): Promise<Hello> => {
  const done = new AbortController();
  const patience = clock.sleep(helloWithinMs, done.signal).then(() => {
    throw new RestowError('timeout', `No hello came within ${helloWithinMs / 1000} s of the session's begin.`);
  });
  try {
    const first = await Promise.race([messages[Symbol.asyncIterator]().next(), patience]);
    if (first.done) throw new RestowError('unavailable', 'The agent hung up before it said hello.');
    return checkHello(first.value);
  } finally {
    done.abort();
  }
};

/** The version is looked at before anything else: another version may say everything else in another way. */
const checkHello = (raw: FromAgent__Output): Hello => {
  if (!raw.hello) throw new RestowError('invalid', 'The first message of a session must be a hello.');
  const theirs = raw.hello.protocolVersion;
  if (theirs !== protocolVersion) {
    const older = theirs < protocolVersion ? 'agent' : 'coordinator';
    throw new RestowError(
      'failed-precondition',
      `This agent speaks version ${theirs} of the session's protocol, the coordinator version ${protocolVersion}. Both must be the same: upgrade the ${older}.`,
    );
  }
  const message = agentMessageWire.decode(raw);
  if (message.kind !== 'hello') throw new RestowError('invalid', 'The first message of a session must be a hello.');
  const { hello } = message;
  const problems = problemsOf(hello);
  if (problems.length > 0)
    throw new RestowError('invalid', `Node "${hello.nodeName}" cannot attach: ${problems.join('; ')}.`);
  return hello;
};

/** What other nodes will be told of this one must be what it says it is. */
const problemsOf = ({ nodeId, nodeName, underlayAddress, publicAddress }: Hello): string[] => [
  ...(isUuid(nodeId) ? [] : [`its id "${nodeId}" is not a version-4 uuid`]),
  ...(isDnsLabel(nodeName) ? [] : [`its name must be a DNS label, ${dnsLabelRule}`]),
  ...[underlayAddress, publicAddress].flatMap((address) =>
    address === null || isIP(address) ? [] : [`"${address}" is not an IP address`],
  ),
];

const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);

const sessionOf = (call: Call, { nodeId, nodeName }: Hello, messages: Inbox<FromAgent__Output>): Session => {
  const over = new AbortController();
  return {
    nodeId,
    nodeName,
    over: over.signal,
    send: (sent) => {
      if (!over.signal.aborted) for (const message of sent) call.write(message);
    },
    end: (why) => {
      over.abort(why);
      messages.close();
    },
  };
};
