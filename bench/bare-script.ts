import type { Lab } from '@restow/lab/lab';
import { EngineCalls } from './engine-calls.ts';

/** One place of the bare script's service: where it is and what it has. */
interface Place {
  host: string;
  /** On the overlay. */
  address: string;
  /** On the node network. */
  nodeAddress: string;
  /** Its container now. */
  container: string | null;
}

/** Restow's own networks on every node: both sides stand on the same bridges with the same settings. */
const networks = { node: 'restow-node', overlay: 'restow-overlay' } as const;

/**
 * What somebody would write who has these engines, needs nothing remembered, explained, refused, undone or watched, and
 * knows that nothing will go wrong: for each container the engine's calls one after the other, for all of them at once.
 */
export class BareScript implements Disposable {
  readonly #engines: Map<string, EngineCalls>;
  readonly #places: Place[];
  #round = 0;

  /** As many containers on each host as `hosts` names it; addresses far from those that Restow gives its slots. */
  constructor(lab: Lab, hosts: readonly string[]) {
    this.#engines = new Map(lab.hosts.map(({ name }) => [name, new EngineCalls(lab.engineSocket(name))]));
    this.#places = hosts.map((host, at) => ({
      host,
      address: `10.7.200.${at + 1}`,
      nodeAddress: `172.30.0.${150 + at}`,
      container: null,
    }));
  }

  get addresses(): string[] {
    return this.#places.map(({ address }) => address);
  }

  /** All places at once, each: look for the image, make, connect, stop the old one, start, and remove the old one. */
  async redeploy(image: string, answered: Promise<unknown>): Promise<void> {
    const round = ++this.#round;
    const digest = await this.#digestOf(image);
    const old = this.#places.map(({ host, container }) => ({ host, container }));
    await Promise.all(this.#places.map((place, at) => this.#swap(place, `bench-${at + 1}-${round}`, digest)));
    await answered;
    await Promise.all(
      old.map(async ({ host, container }) => {
        if (container !== null) await this.#on(host).call('DELETE', `/containers/${container}`);
      }),
    );
  }

  /** The tag's digest, once, as the registry has it now. */
  async #digestOf(image: string): Promise<string> {
    const { Descriptor } = await this.#on(this.#places[0]!.host).call<{ Descriptor: { digest: string } }>(
      'GET',
      `/distribution/${image}/json`,
    );
    return `${image.slice(0, image.lastIndexOf(':'))}@${Descriptor.digest}`;
  }

  async #swap(place: Place, name: string, image: string): Promise<void> {
    const engine = this.#on(place.host);
    await engine.call('GET', `/images/${image}/json`);
    const made = await engine.call<{ Id: string }>('POST', `/containers/create?name=${name}`, {
      Image: image,
      Labels: { 'restow-bench.address': place.address },
      HostConfig: {
        NetworkMode: networks.node,
        RestartPolicy: { Name: 'always' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      },
      NetworkingConfig: { EndpointsConfig: { [networks.node]: { IPAMConfig: { IPv4Address: place.nodeAddress } } } },
    });
    await engine.call('POST', `/networks/${networks.overlay}/connect`, {
      Container: made.Id,
      EndpointConfig: { IPAMConfig: { IPv4Address: place.address } },
    });
    if (place.container !== null)
      await engine.call('POST', `/containers/${place.container}/stop?t=10`, undefined, [304]);
    await engine.call('POST', `/containers/${made.Id}/start`);
    place.container = made.Id;
  }

  #on(host: string): EngineCalls {
    const engine = this.#engines.get(host);
    if (engine) return engine;
    throw new Error(`The lab has no host ${host}`);
  }

  [Symbol.dispose](): void {
    for (const engine of this.#engines.values()) engine[Symbol.dispose]();
  }
}
