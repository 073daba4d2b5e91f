import type { Server, ServerDuplexStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { describeContract } from '@restow/shared/rpc/describe-contract';
import { failStream } from '@restow/shared/rpc/status';
import { healthProto } from './health.ts';
import type { Authenticate } from './principal.ts';

type Ask = (call: ServerDuplexStream<unknown, unknown>) => void;

/**
 * Server reflection, v1 and v1alpha: what this server can be asked, for clients that bring no proto files. It takes the
 * token of the calls it describes: who may not make them has no use for it, and strangers get no door to keep open.
 */
export const addReflection = (server: Server, authenticate: Authenticate): void => {
  const guarded =
    (ask: Ask): Ask =>
    (call) => {
      try {
        authenticate(call.metadata);
      } catch (error) {
        failStream(call, error);
        return;
      }
      ask(call);
    };
  new ReflectionService(describeContract([healthProto])).addToServer({
    addService: (definition, calls: UntypedServiceImplementation) =>
      server.addService(definition, { ServerReflectionInfo: guarded(calls.ServerReflectionInfo as Ask) }),
  });
};
