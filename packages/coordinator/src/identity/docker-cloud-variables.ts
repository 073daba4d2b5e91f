import type { Service } from '@restow/shared/domain/service';
import { slotName } from '@restow/shared/domain/slot';
import type { PublicNames } from '../zone/public-names.ts';

/** Where an instance is in the cluster. */
export interface InstancePlace {
  service: Pick<Service, 'id' | 'name' | 'stack'>;
  slotIndex: number;
  instanceId: string;
  node: { id: string; name: string };
}

/** Of a cluster that tells its containers of themselves as Docker Cloud did. */
export interface DockerCloud {
  /** Base of Docker Cloud's HTTP API as containers reach it, without a slash at the end: `http://10.0.0.2:7601`. */
  url: string;
  names: PublicNames;
}

const resources = { service: 'app', container: 'app', node: 'infra' } as const;

/** `/api/app/v1/service/UUID/`: what the API calls a thing, and what a client hands back to it. */
const resourceUri = (kind: keyof typeof resources, id: string): string => `/api/${resources[kind]}/v1/${kind}/${id}/`;

/** Tutum's images look for the same by Tutum's name. */
const inBothNames = (variables: readonly (readonly [name: string, value: string | null])[]): Record<string, string> =>
  Object.fromEntries(
    variables.flatMap(([name, value]) =>
      value === null ? [] : [[name, value] as const, [name.replace('DOCKERCLOUD', 'TUTUM'), value] as const],
    ),
  );

/**
 * What a container is told of itself (LNK-11): new with every instance, so refreshed by every redeploy. Full names only
 * where the cluster has a zone. Pure.
 */
export const ownVariables = (
  { url, names }: DockerCloud,
  { service, slotIndex, instanceId, node }: InstancePlace,
): Record<string, string> => {
  const things = [
    ['SERVICE', resourceUri('service', service.id), service.name, names.service(service)],
    [
      'CONTAINER',
      resourceUri('container', instanceId),
      slotName(service.name, slotIndex),
      names.instance(service, slotIndex, instanceId),
    ],
    ['NODE', resourceUri('node', node.id), node.name, names.node(node.name)],
  ] as const;
  return inBothNames(
    things.flatMap(([thing, uri, hostname, fqdn]) => [
      [`DOCKERCLOUD_${thing}_API_URI`, uri] as const,
      [`DOCKERCLOUD_${thing}_API_URL`, `${url}${uri}`] as const,
      [`DOCKERCLOUD_${thing}_FQDN`, fqdn] as const,
      [`DOCKERCLOUD_${thing}_HOSTNAME`, hostname] as const,
    ]),
  );
};

/** Where a client asks about the service it links to: `WEB_DOCKERCLOUD_API_URL`. Pure. */
export const linkedServiceVariables = (
  { url }: Pick<DockerCloud, 'url'>,
  prefix: string,
  serviceId: string,
): Record<string, string> =>
  inBothNames([[`${prefix}_DOCKERCLOUD_API_URL`, `${url}${resourceUri('service', serviceId)}`]]);
