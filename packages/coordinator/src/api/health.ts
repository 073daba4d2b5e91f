import type { Server, UntypedServiceImplementation } from '@grpc/grpc-js';
import { HealthImplementation, protoPath, type ServingStatus } from 'grpc-health-check';
import { servedServices } from './served-services.ts';

/** Where the contract of the health service is, for reflection. */
export const healthProto: string = protoPath;

/** The coordinator as a whole, as the health protocol names it. */
const whole = '';

/**
 * `grpc.health.v1.Health`: for load balancers and service managers, so it asks for no token. NOT_SERVING from the start
 * until what an earlier coordinator left has been taken up, and again from the moment this one ends.
 */
export class Health {
  readonly #known: readonly string[] = [whole, ...servedServices];
  readonly #statuses = new HealthImplementation();

  constructor() {
    this.#all('NOT_SERVING');
  }

  serving(): void {
    this.#all('SERVING');
  }

  ending(): void {
    this.#all('NOT_SERVING');
  }

  addTo(server: Server): void {
    this.#statuses.addToServer({
      addService: (definition, calls) =>
        server.addService(definition, {
          ...(calls as UntypedServiceImplementation),
          watch: this.#onlyKnown(calls.watch as Watch),
        }),
    });
  }

  /**
   * A service nobody knows is watched without being remembered: the library keeps every name it ever heard, and these
   * come from anybody.
   */
  #onlyKnown(watch: Watch): Watch {
    return (call) => {
      if (this.#known.includes(call.request.service)) watch(call);
      else call.write({ status: 'SERVICE_UNKNOWN' });
    };
  }

  #all(status: ServingStatus): void {
    for (const service of this.#known) this.#statuses.setStatus(service, status);
  }
}

type Watch = (call: { request: { service: string }; write(reply: { status: string }): unknown }) => void;
