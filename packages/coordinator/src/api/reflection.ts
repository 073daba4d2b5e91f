import type { Server, ServerDuplexStream, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { describeContract } from '@restow/shared/rpc/describe-contract';
import { failStream } from '@restow/shared/rpc/status';
import { healthProto } from './health.ts';
import type { Authenticate } from './principal.ts';

type Ask = (call: ServerDuplexStream<unknown, unknown>) => void;

/** One version of the protocol, with what answers it. */
interface Version {
  service: ServiceDefinition;
  ask: Ask;
}

/**
 * Server reflection, v1 and v1alpha: what this server can be asked, for clients that bring no proto files. It takes the
 * token of the calls it describes: who may not make them has no use for it, and strangers get no door to keep open.
 *
 * The description takes 10 MB and a tenth of a second to make, and few ask: it is made for the first who does.
 */
export const addReflection = (server: Server, authenticate: Authenticate): void => {
  let described: Version[] | undefined;
  const answer = (call: Parameters<Ask>[0], at: number): void => {
    try {
      authenticate(call.metadata);
      described ??= versionsOf(new ReflectionService(describeContract([healthProto])));
    } catch (error) {
      failStream(call, error);
      return;
    }
    described[at]!.ask(call);
  };
  for (const [at, { service }] of versionsOf(new ReflectionService({})).entries())
    server.addService(service, { ServerReflectionInfo: (call: Parameters<Ask>[0]) => answer(call, at) });
};

/** The package only knows how to add itself to a server. */
const versionsOf = (reflection: ReflectionService): Version[] => {
  const versions: Version[] = [];
  reflection.addToServer({
    addService: (service, calls: UntypedServiceImplementation) => {
      versions.push({ service, ask: calls.ServerReflectionInfo as Ask });
    },
  });
  return versions;
};
