import { RestowError } from '@restow/shared/base/errors';
import type { PlannedLink } from '@restow/shared/domain/plan';
import { referenceTo, type Service, type ServiceDefinition } from '@restow/shared/domain/service';
import { serviceSeenFrom } from '@restow/shared/domain/service-reference';
import { slotName } from '@restow/shared/domain/slot';
import { type DockerCloud, linkedServiceVariables, ownVariables } from '../identity/docker-cloud-variables.ts';
import { type LinkTarget, linkVariables, variablePrefix } from '../identity/link-variables.ts';
import { hiddenByLinks, problemsOfLinks } from '../services/link-problems.ts';
import type { World } from '../world.ts';

type ToldOf = Pick<ServiceDefinition, 'env' | 'secrets'>;

/**
 * Variables of what runs that others may be told. What the newest definition calls secret is; so is what was secret when it
 * was deployed, unless the newest one shows that very value as no secret. Pure.
 */
export const tellable = (ran: ToldOf, newest: ToldOf): Record<string, string> => {
  const isSecret = (name: string) =>
    newest.secrets.includes(name) || (ran.secrets.includes(name) && newest.env[name] !== ran.env[name]);
  return Object.fromEntries(Object.entries(ran.env).filter(([name]) => !isSecret(name)));
};

/** What Docker Cloud's variables are made of; `null`: this cluster gives none. */
export const dockerCloudOf = ({ dockerCloudUrl, publicNames }: World): DockerCloud | null =>
  dockerCloudUrl === null ? null : { url: dockerCloudUrl, names: publicNames };

/** Slots of a linked service, as what runs in them was deployed, and by the names the client has for them. */
const targetsOf = async (world: World, service: Service, alias: string): Promise<LinkTarget[]> => {
  const { store } = world;
  const revisions = new Map((await store.revisions.ofService(service.id)).map((revision) => [revision.id, revision]));
  const nodes = new Map((await store.nodes.list()).map((node) => [node.id, node]));
  const dockerCloud = dockerCloudOf(world);
  return (await store.slots.ofService(service.id)).flatMap(({ index, address, desired }) => {
    const ran = desired && revisions.get(desired.revisionId)?.definition;
    if (!ran) return [];
    const { id, name } = nodes.get(desired.nodeId) ?? { id: desired.nodeId, name: desired.nodeId };
    const place = { service, slotIndex: index, instanceId: desired.instanceId, node: { id, name } };
    return {
      name: slotName(alias, index),
      address: ran.net === 'host' ? null : address,
      ports: ran.ports,
      env: { ...(dockerCloud ? ownVariables(dockerCloud, place) : {}), ...tellable(ran, service.definition) },
    };
  });
};

/**
 * The services a definition links to as they are now: what is told of them is fixed with the plan. Throws
 * `failed-precondition` with everything that is wrong with them. `warnings`: what a person should know, a sentence each.
 */
export const readLinks = async (
  world: World,
  service: Service,
  { links, net }: Pick<ServiceDefinition, 'links' | 'net'>,
): Promise<{ links: PlannedLink[]; warnings: string[] }> => {
  if (links.length === 0) return { links: [], warnings: [] };
  const services = await world.store.services.list();
  const client = referenceTo(service);
  const problems = problemsOfLinks(service, links, services);
  if (problems.length > 0)
    throw new RestowError(
      'failed-precondition',
      `${client} cannot be deployed: ${problems.map(({ message }) => message).join('; ')}.`,
    );
  const dockerCloud = dockerCloudOf(world);
  const warnings = hiddenByLinks(service, links, services);
  if (net === 'host')
    warnings.push(`${client} is on the network of its nodes, where no alias is answered: it has the variables only.`);
  const planned: PlannedLink[] = [];
  for (const { service: reference, alias } of links) {
    const linked = serviceSeenFrom(services, service.stack, reference)!;
    const name = referenceTo(linked);
    const targets = await targetsOf(world, linked, alias);
    if (targets.length === 0)
      warnings.push(
        `${name} was not started yet, so ${client} is told nothing of it: redeploy ${client} once it runs.`,
      );
    else if (targets.every(({ address }) => address === null))
      warnings.push(`${name} is on the network of its nodes, so ${client} is told its variables but no address.`);
    const variables = {
      ...(dockerCloud ? linkedServiceVariables(dockerCloud, variablePrefix(alias), linked.id) : {}),
      ...linkVariables(targets),
    };
    planned.push({ alias, serviceId: linked.id, serviceName: linked.name, variables });
  }
  return { links: planned, warnings };
};
