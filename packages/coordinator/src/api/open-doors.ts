import { Server, ServerCredentials } from '@grpc/grpc-js';
import { messageOf, RestowError } from '@restow/shared/base/errors';
import { serverOptions } from '@restow/shared/rpc/channel';
import type { AgentSessionHandlers } from '@restow/shared/rpc/gen/restow/v1/AgentSession';
import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import { loadRestow } from '@restow/shared/rpc/load';
import { Health } from './health.ts';
import { OpenCalls } from './open-calls.ts';
import type { Authenticate } from './principal.ts';
import { readStrictly } from './read-strictly.ts';
import { addReflection } from './reflection.ts';
import { peoplesService } from './served-services.ts';

/** All that answers at the coordinator's one port: people, agents, health, reflection. */
export interface Doors {
  /** Lets callers in, healthy from now on. Resolves with the port; throws when it cannot be had. */
  listen(host: string, port: number): Promise<number>;
  /** Not healthy any more: people's calls end with the reason why, and so do those that still come. Agents stay. */
  closing(): void;
  /** Ends what is left, each call with the reason why, and lets go of the port. */
  close(): Promise<void>;
}

export const openDoors = ({
  people,
  agents,
  authenticate,
}: {
  people: RestowHandlers;
  agents: AgentSessionHandlers;
  /** For reflection; the other doors know their own. */
  authenticate: Authenticate;
}): Doors => {
  const calls = new OpenCalls();
  const health = new Health();
  const server = new Server({ ...serverOptions, interceptors: [calls.interceptor] });
  const { Restow, AgentSession } = loadRestow();
  server.addService(readStrictly(Restow.service), people);
  server.addService(AgentSession.service, agents);
  health.addTo(server);
  addReflection(server, authenticate);
  return {
    listen: async (host, port) => {
      health.serving();
      return bind(server, host, port);
    },
    closing: () => {
      health.ending();
      calls.close(peoplesService, ending());
    },
    close: () => calls.closeAll(server, ending()),
  };
};

const ending = (): RestowError =>
  new RestowError(
    'unavailable',
    'The coordinator is ending. What is under way is recorded, and the next one to start goes on with it: ask again then.',
  );

const bind = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) =>
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error
        ? reject(
            new RestowError(
              'failed-precondition',
              `Nothing can listen at ${host}:${port} (${messageOf(error)}); choose another place with --listen, or end what listens there.`,
              { cause: error },
            ),
          )
        : resolve(bound),
    ),
  );
