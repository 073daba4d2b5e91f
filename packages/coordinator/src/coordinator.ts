import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';
import type { Logger } from 'pino';
import { GrpcAgents } from './adapters/grpc-agents.ts';
import { localAnnouncer } from './adapters/local-announcer.ts';
import { openNats } from './adapters/open-nats.ts';
import { openSqliteStore } from './adapters/sqlite-store.ts';
import { agentDoor } from './api/agent-door.ts';
import { openDoors } from './api/open-doors.ts';
import { authenticateByToken } from './api/principal.ts';
import { restowDoor } from './api/restow-door.ts';
import type { CoordinatorConfig } from './config.ts';
import { openDataDir } from './data-dir.ts';
import { NodeFollower } from './deployment/follow-nodes.ts';
import { reapDisowned, reapSeen } from './deployment/reap-disowned.ts';
import { resume } from './deployment/resume.ts';
import { ServiceQueues } from './deployment/service-queues.ts';
import type { ClusterSettings } from './nodes/cluster-settings.ts';
import { Endpoints } from './nodes/endpoints.ts';
import { Homecoming } from './nodes/homecoming.ts';
import { keepNetwork } from './nodes/keep-network.ts';
import { Refusals } from './nodes/refusals.ts';
import { Roster } from './nodes/roster.ts';
import { Sessions } from './nodes/sessions.ts';
import type { Store } from './ports/store.ts';
import { version } from './version.ts';
import type { World } from './world.ts';
import { openDnsServer } from './zone/dns-server.ts';
import { LiveZone } from './zone/live-zone.ts';
import { noPublicNames, publicNamesIn } from './zone/public-names.ts';

/** A coordinator that serves. */
export interface Coordinator {
  /** `HOST:PORT` of its doors. */
  address: string;
  /** `ADDRESS:PORT` at which the public zone is answered, by UDP and TCP; none without a zone. */
  dns: string[];
  /** Lets running deployments rest where they are recorded, ends sessions, NATS and store. What runs on nodes stays. */
  end(): Promise<void>;
}

/** The cluster's id, made once, and this coordinator's epoch, one more than the last one's. */
const identify = (store: Store) =>
  store.transaction(async ({ settings }) => {
    const clusterId = (await settings.get('cluster-id')) ?? randomUUID();
    const epoch = Number((await settings.get('epoch')) ?? 0) + 1;
    await settings.set('cluster-id', clusterId);
    await settings.set('epoch', String(epoch));
    return { clusterId, epoch };
  });

/** Opens everything in order and serves. What was opened is closed again when a later step throws. */
export const startCoordinator = async (config: CoordinatorConfig, log: Logger): Promise<Coordinator> => {
  await using opened = new AsyncDisposableStack();
  const data = await openDataDir(config.dataDir);
  opened.defer(() => data.release());
  const store = await openSqliteStore(join(data.path, 'restow.db'));
  opened.defer(() => store.close());
  const network = await keepNetwork(store, config.network);
  const { clusterId, epoch } = await identify(store);

  const nats = await openNats(config, data, log);
  opened.defer(() => nats.close());
  const announcer = localAnnouncer();
  opened.defer(nats.announce(announcer));

  const clock = systemClock;
  const sessions = new Sessions();
  const endpoints = new Endpoints({ store, clock, announcer });
  const roster = new Roster({ store, announcer, clock });
  const stop = new AbortController();
  const refusals = new Refusals();
  const homecoming = new Homecoming(await store.nodes.list(), clock, stop.signal);
  opened.defer(() => stop.abort(new RestowError('unavailable', 'The coordinator is ending.')));
  await roster.nobodyYet();
  const dns: string[] = [];
  if (config.zone) {
    const zone = new LiveZone({ store, announcer, clock, log, settings: config.zone });
    opened.defer(() => zone.close());
    await zone.open();
    const server = await openDnsServer({ listen: config.zone.listen, zone: () => zone.current, clock, log });
    opened.defer(() => server.close());
    dns.push(...server.addresses);
    log.info({ zone: config.zone.domain, dns }, 'the public zone is answered');
  }
  const agents = new GrpcAgents({ sessions, endpoints, clock, epoch });
  const { heartbeatMs, dynamicPorts } = config;
  const { overlaySubnet } = network;
  const publicNames = config.zone ? publicNamesIn(config.zone) : noPublicNames;
  const world: World = {
    ...{ store, agents, announcer, clock, log, newId: randomUUID },
    ...{ overlaySubnet, dynamicPorts, publicNames, dockerCloudUrl: config.dockerCloudUrl },
  };
  const queues = new ServiceQueues(world, stop.signal, homecoming.over);
  const follower = new NodeFollower(world, queues, stop.signal);
  opened.defer(follower.follow());
  homecoming.over.then(() => follower.look());
  const settings: ClusterSettings = {
    clusterId,
    epoch,
    network,
    dynamicPorts,
    heartbeatMs,
    nats: { urlFor: nats.urlFor, token: nats.token },
  };

  const authenticate = authenticateByToken(data.token, { kind: 'operator', name: 'operator' });
  const doors = openDoors({
    authenticate,
    people: restowDoor({
      ...{ world, queues, archive: nats.archive, authenticate },
      server: { version, clusterId, epoch },
      onNodeChanged: () => follower.lookAnew(),
      refusals,
    }),
    agents: agentDoor({
      authenticate: authenticateByToken(data.token, { kind: 'agent', name: 'agent' }),
      settings,
      sessions,
      roster,
      endpoints,
      refusals,
      agents,
      clock,
      log,
      onAttached: (nodeId) => {
        homecoming.arrived(nodeId);
        follower.look();
        reapDisowned(world, queues, nodeId).catch((error) => log.error({ err: error, nodeId }, 'reaping broke'));
      },
      onSeen: (nodeId, instances) => {
        follower.look();
        reapSeen(world, queues, nodeId, instances).catch((error) => log.error({ err: error, nodeId }, 'reaping broke'));
      },
    }),
  });
  opened.defer(async () => {
    doors.closing();
    agents.rest();
    stop.abort(new RestowError('unavailable', 'The coordinator is ending.'));
    await follower.idle();
    await queues.idle();
    await sessions.close();
    await doors.close();
  });
  // Before anybody attaches: what was under way has its turn before what a returning node brings.
  const goingOn = await resume(world, queues);
  const port = await doors.listen(config.host, config.port);
  const address = `${config.host}:${port}`;
  data.publishAddress(address);
  log.info({ address, epoch, goingOn }, 'coordinator serves');

  const everything = opened.move();
  return { address, dns, end: () => everything.disposeAsync() };
};
