import { randomUUID } from 'node:crypto';
import { localAnnouncer } from '@restow/coordinator/adapters/local-announcer';
import { openMemoryStore } from '@restow/coordinator/adapters/memory-store';
import { openDoors } from '@restow/coordinator/api/open-doors';
import { authenticateByToken } from '@restow/coordinator/api/principal';
import { restowDoor } from '@restow/coordinator/api/restow-door';
import { resume } from '@restow/coordinator/deployment/resume';
import { ServiceQueues } from '@restow/coordinator/deployment/service-queues';
import type { Announcer } from '@restow/coordinator/ports/announcer';
import type { LogArchive } from '@restow/coordinator/ports/log-archive';
import type { Store } from '@restow/coordinator/ports/store';
import { createService } from '@restow/coordinator/services/define-service';
import type { World } from '@restow/coordinator/world';
import { noPublicNames } from '@restow/coordinator/zone/public-names';
import { systemClock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';
import { openLog } from '@restow/shared/base/log';
import { defaultDefinition, type Service, type ServiceDefinition } from '@restow/shared/domain/service';
import { RestowClient } from '@restow/shared/rpc/restow-client';
import { failStream } from '@restow/shared/rpc/status';
import { ScriptedAgents } from './scripted-agents.ts';
import { aNode } from './views.ts';

/** News that knows how many listen to it. */
export const countedAnnouncer = (): Announcer & { listening(): number } => {
  const { announce, listen } = localAnnouncer();
  let listening = 0;
  return {
    announce,
    listen: (listener) => {
      const stop = listen(listener);
      listening += 1;
      return () => {
        listening -= 1;
        stop();
      };
    },
    listening: () => listening,
  };
};

const noArchive: LogArchive = {
  // biome-ignore lint/correctness/useYield: a test that reads lines brings an archive that has some.
  read: async function* () {
    throw new Error('this test keeps no container output');
  },
};

/**
 * A coordinator in this process behind its real port: the real doors over real gRPC, on a store in memory and agents on
 * paper, or on those it is given.
 */
export const serveCoordinator = async (
  given: {
    nodes?: string[];
    archive?: LogArchive;
    store?: Store;
    agents?: World['agents'];
    /** Told before anything is sent to them. */
    tell?: (agents: ScriptedAgents) => void;
    /** Of the one before it: comes after that one to the same store, port, token and engines, and goes on with what it left. */
    after?: { store: Store; address: string; token: string; agents: Pick<ScriptedAgents, 'engines'> };
  } = {},
) => {
  const { after, nodes = after ? [] : ['n1', 'n2', 'n3'], archive = noArchive } = given;
  const { store = given.store ?? openMemoryStore(), token = randomUUID() as string } = after ?? {};
  const announcer = countedAnnouncer();
  const scripted = new ScriptedAgents(store, announcer, after?.agents.engines);
  const log = openLog('test', 'silent');
  const world: World = {
    ...{ store, announcer, agents: given.agents ?? scripted, clock: systemClock, log, newId: randomUUID },
    ...{ overlaySubnet: '10.7.0.0/16', dynamicPorts: { first: 32_000, last: 32_767 }, publicNames: noPublicNames },
    dockerCloudUrl: null,
  };
  for (const [at, name] of nodes.entries()) {
    const { slots: _, publicDns: __, ...node } = aNode(at + 1, { id: randomUUID(), name });
    await store.nodes.put(node);
  }
  const stop = new AbortController();
  const queues = new ServiceQueues(world, stop.signal);
  const authenticate = authenticateByToken(token, { kind: 'operator', name: 'operator' });
  const doors = openDoors({
    authenticate,
    people: restowDoor({ world, queues, archive, authenticate, server: { version: '0', clusterId: 'c', epoch: 1 } }),
    agents: { Attach: (call) => failStream(call, new RestowError('unsupported', 'No agents attach here.')) },
  });
  given.tell?.(scripted);
  await resume(world, queues);
  const address = `127.0.0.1:${await doors.listen('127.0.0.1', Number(after?.address.split(':')[1] ?? 0))}`;
  const clients: RestowClient[] = [];
  return {
    ...{ address, token, world, store, queues, doors, agents: scripted },
    /** How many follow what happens at this moment. */
    listening: announcer.listening,
    client: (deadlineMs?: number): RestowClient => {
      const client = new RestowClient({ address, token, deadlineMs });
      clients.push(client);
      return client;
    },
    define: (changes: Partial<ServiceDefinition> = {}): Promise<Service> => {
      const plain = defaultDefinition('r/app:v1');
      const update = { ...plain.update, minRunningMs: 0, watchMs: 0 };
      return createService(world, 'web', { ...plain, update, ...changes });
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.close();
      doors.closing();
      stop.abort(new Error('test over'));
      await queues.idle();
      await doors.close();
    },
  };
};

export type ServedCoordinator = Awaited<ReturnType<typeof serveCoordinator>>;
