import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { RestowError } from '@restow/shared/base/errors';
import { serverOptions } from '@restow/shared/rpc/channel';
import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import { loadRestow } from '@restow/shared/rpc/load';
import { failStream, toServiceError } from '@restow/shared/rpc/status';

type Call =
  | 'GetServer'
  | 'CreateService'
  | 'UpdateService'
  | 'ListServices'
  | 'GetService'
  | 'RemoveService'
  | 'PlanService'
  | 'StartService'
  | 'Redeploy'
  | 'Scale'
  | 'ListDeployments'
  | 'GetDeployment'
  | 'ResumeDeployment'
  | 'RollbackDeployment'
  | 'WatchDeployment'
  | 'DeploymentLogs'
  | 'ServiceLogs'
  | 'ListNodes'
  | 'GetNode'
  | 'SetNodeAvailability'
  | 'ChangeTags'
  | 'ListVolumes'
  | 'GetVolume'
  | 'PurgeVolume';

type Answer<Handler> =
  Handler extends handleUnaryCall<infer Request, infer Reply>
    ? (request: Request) => Reply | Promise<Reply>
    : Handler extends handleServerStreamingCall<infer Request, infer Reply>
      ? (request: Request, hungUp: AbortSignal) => AsyncIterable<Reply> | Iterable<Reply>
      : never;

/** What is answered to each call; may be changed between calls. */
export type Answers = { [Name in Call]?: Answer<RestowHandlers[Name]> };

/** The people's door over real gRPC on a free port, with answers told beforehand. A call not told of is an error. */
export interface CannedCoordinator extends AsyncDisposable {
  address: string;
  token: string;
  answers: Answers;
  /** Every call that came, in order, with its request. */
  asked: { call: string; request: unknown }[];
  /** Ends every call, as a coordinator that is killed; `listen` brings it back to the same port. */
  fall(): void;
  listen(): Promise<void>;
}

export const startCannedCoordinator = async (answers: Answers = {}): Promise<CannedCoordinator> => {
  const token = 'canned-token';
  const asked: CannedCoordinator['asked'] = [];
  let server: Server;
  let port = 0;

  const admit = (
    call: ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>,
    name: string,
  ): ((request: never, hungUp: AbortSignal) => unknown) => {
    if (call.metadata.get('authorization')[0] !== `Bearer ${token}`)
      throw new RestowError('unauthenticated', 'The token is not the one of this coordinator.');
    asked.push({ call: name, request: call.request });
    const answer = canned.answers[name as Call];
    if (!answer) throw new Error(`the canned coordinator was not told what to answer to ${name}`);
    return answer as (request: never, hungUp: AbortSignal) => unknown;
  };

  const unary =
    (name: string): handleUnaryCall<unknown, unknown> =>
    async (call, callback) => {
      try {
        callback(null, await admit(call, name)(call.request as never, AbortSignal.any([])));
      } catch (error) {
        callback(toServiceError(error));
      }
    };

  const stream =
    (name: string): handleServerStreamingCall<unknown, unknown> =>
    async (call) => {
      const hungUp = new AbortController();
      call.on('cancelled', () => hungUp.abort());
      try {
        const replies = admit(call, name)(call.request as never, hungUp.signal) as AsyncIterable<unknown>;
        for await (const reply of replies) call.write(reply);
        call.end();
      } catch (error) {
        if (!hungUp.signal.aborted) failStream(call, error);
      }
    };

  const listen = async () => {
    const { service } = loadRestow().Restow;
    server = new Server(serverOptions);
    const handlers: Record<string, UntypedHandleCall> = Object.fromEntries(
      Object.entries(service).map(([name, method]) => [name, method.responseStream ? stream(name) : unary(name)]),
    );
    server.addService(service, handlers);
    port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    canned.address = `127.0.0.1:${port}`;
  };

  const canned: CannedCoordinator = {
    address: '',
    token,
    answers,
    asked,
    fall: () => server.forceShutdown(),
    listen,
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  };
  await listen();
  return canned;
};
