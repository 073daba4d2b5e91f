import { RestowError } from '@restow/shared/base/errors';
import { referenceTo, type ServiceDefinition } from '@restow/shared/domain/service';
import { serviceSeenFrom } from '@restow/shared/domain/service-reference';
import type { ServiceView, VolumeView } from '@restow/shared/domain/view';
import type { Cli } from '../cli.ts';

/** What `service rm` would do. */
export interface Removal {
  service: ServiceView;
  /** Those it would let go; they stay on their nodes. */
  volumes: VolumeView[];
  /** Services that link to it, by their definition or by what runs of them. */
  linkedFrom: string[];
}

/** Volumes a service has now. Pure. */
export const attachedTo = (volumes: VolumeView[], serviceName: string): VolumeView[] =>
  volumes.filter((volume) => volume.state === 'attached' && volume.serviceName === serviceName);

/** Services whose definition, or what runs of them, names this one so. */
const namersOf = (
  services: ServiceView[],
  { id }: ServiceView,
  namesOf: (definition: ServiceDefinition) => { service: string }[],
): string[] =>
  services
    .filter((other) => other.id !== id)
    .filter(({ stack, definition, running }) =>
      [definition, ...(running ? [running] : [])]
        .flatMap(namesOf)
        .some(({ service }) => serviceSeenFrom(services, stack, service)?.id === id),
    )
    .map(referenceTo);

/** Services that link to it. Pure. */
export const linkedFrom = (services: ServiceView[], service: ServiceView): string[] =>
  namersOf(services, service, ({ links }) => links);

/** Touches nothing. Throws what the removal would be refused with. */
export const planRemoval = async (cli: Cli, name: string): Promise<Removal> => {
  const client = cli.client();
  const service = await client.getService(name, cli.call);
  const called = referenceTo(service);
  const services = await client.listServices(cli.call);
  const borrowers = namersOf(services, service, ({ volumesFrom }) => volumesFrom);
  if (borrowers.length > 0)
    throw new RestowError(
      'failed-precondition',
      `${called} cannot be removed while its volumes are mounted by ${borrowers.join(', ')}. Remove those first, or redeploy them without.`,
    );
  const volumes = attachedTo(await client.listVolumes(cli.call), called);
  return { service, volumes, linkedFrom: linkedFrom(services, service) };
};
