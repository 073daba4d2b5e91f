import type { ServiceDefinition } from '@grpc/grpc-js';
import { RestowError } from '@restow/shared/base/errors';
import { checkRequest } from '@restow/shared/rpc/check-request';

/** What stands in the place of a request that is none. */
class Misread {
  readonly why: RestowError;
  constructor(why: RestowError) {
    this.why = why;
  }
}

/**
 * A service whose requests are read to the letter. By itself gRPC answers bytes that are no message with INTERNAL, and
 * takes a value of another type for whatever its bytes happen to mean. Here both come to the call, which asks
 * `readRequest`.
 */
export const readStrictly = <Service extends ServiceDefinition>(service: Service): Service =>
  Object.fromEntries(
    Object.entries(service).map(([name, method]) => {
      const requestDeserialize = (bytes: Buffer): unknown => {
        const problems = checkRequest(method.path, bytes);
        if (problems.length === 0) return method.requestDeserialize(bytes);
        return new Misread(
          new RestowError('invalid', `The request is not as the contract has ${method.path}; nothing was done.`, {
            problems,
          }),
        );
      };
      return [name, { ...method, requestDeserialize }];
    }),
  ) as Service;

/** The request of a call. Throws `invalid` with all that keeps what came from being one. */
export const readRequest = <Request>(request: Request): Request => {
  if (request instanceof Misread) throw request.why;
  return request;
};
