import { referenceTo } from '@restow/shared/domain/service';
import type { CallOptions, RestowClient } from '@restow/shared/rpc/restow-client';
import type { Candidate } from './candidate.ts';

type Ask = (client: RestowClient, call: CallOptions) => Promise<Candidate[]>;

const services: Ask = async (client, call) =>
  (await client.listServices(call)).map((service) => ({
    word: referenceTo(service),
    about: `service, ${service.state}`,
  }));

/** With the number there is now, to be changed; a service that follows its nodes has none to change. */
const counts: Ask = async (client, call) =>
  (await client.listServices(call)).flatMap((service) =>
    service.definition.strategy === 'EVERY_NODE'
      ? []
      : [{ word: `${referenceTo(service)}=${service.definition.count}`, about: `as it is, ${service.state}` }],
  );

const stacks: Ask = async (client, call) => {
  const services = (await client.listServices(call)).flatMap((service) =>
    service.stack === null ? [] : [{ stack: service.stack, name: service.name }],
  );
  return [...Map.groupBy(services, ({ stack }) => stack)].map(([stack, within]) => ({
    word: stack,
    about: `stack of ${within.map(({ name }) => name).join(', ')}`,
  }));
};

const nodes: Ask = async (client, call) =>
  (await client.listNodes(call)).map(({ name, publicAddress }) => ({ word: name, about: `node, ${publicAddress}` }));

/** The newest first; older ones are rarely what is meant, and every one can be typed. */
const deployments: Ask = async (client, call) =>
  (await client.listDeployments({ limit: 25 }, call)).map(({ number, kind, serviceName, state }) => ({
    word: String(number),
    about: `${kind} of ${serviceName}, ${state}`,
  }));

/** Only tags that some node carries: another one would keep a service from being placed. */
const tags: Ask = async (client, call) => {
  const carried = (await client.listNodes(call)).flatMap((node) => node.tags.map((tag) => [tag, node.name] as const));
  const names = [...new Set(carried.map(([tag]) => tag))].sort();
  return names.map((tag) => ({
    word: tag,
    about: `tag of ${carried.flatMap(([other, node]) => (other === tag ? [node] : [])).join(', ')}`,
  }));
};

const volumes: Ask = async (client, call) =>
  (await client.listVolumes(call)).map(({ name, slotName, nodeName, state }) => ({
    word: name,
    about: `volume of ${slotName} on ${nodeName}, ${state}`,
  }));

const both =
  (first: Ask, second: Ask): Ask =>
  async (client, call) =>
    (await Promise.all([first(client, call), second(client, call)])).flat();

/** Who is asked for what stands in a place of that name: `<service...>`, `--tag <tag>`. */
export const liveNames = {
  service: services,
  'service=count': counts,
  stack: stacks,
  node: nodes,
  'service-or-node': both(services, nodes),
  deployment: deployments,
  tag: tags,
  volume: volumes,
} as const satisfies Record<string, Ask>;

export type LiveName = keyof typeof liveNames;

export const isLive = (place: string): place is LiveName => Object.hasOwn(liveNames, place);
