import { RestowError } from '@restow/shared/base/errors';
import { referenceTo } from '@restow/shared/domain/service';
import { serviceSeenFrom } from '@restow/shared/domain/service-reference';
import type { ServiceView, VolumeView } from '@restow/shared/domain/view';
import type { Cli } from '../cli.ts';

/** What `service rm` would do. */
export interface Removal {
  service: ServiceView;
  /** Those it would let go; they stay on their nodes. */
  volumes: VolumeView[];
}

/** Volumes a service has now. Pure. */
export const attachedTo = (volumes: VolumeView[], serviceName: string): VolumeView[] =>
  volumes.filter((volume) => volume.state === 'attached' && volume.serviceName === serviceName);

/** Services that mount from it, by their definition or by what runs of them. */
const borrowersOf = (services: ServiceView[], { id }: ServiceView): string[] =>
  services
    .filter((other) => other.id !== id)
    .filter(({ stack, definition, running }) =>
      [definition, ...(running ? [running] : [])].some(({ volumesFrom }) =>
        volumesFrom.some(({ service }) => serviceSeenFrom(services, stack, service)?.id === id),
      ),
    )
    .map(referenceTo);

/** Touches nothing. Throws what the removal would be refused with. */
export const planRemoval = async (cli: Cli, name: string): Promise<Removal> => {
  const client = cli.client();
  const service = await client.getService(name, cli.call);
  const called = referenceTo(service);
  const borrowers = borrowersOf(await client.listServices(cli.call), service);
  if (borrowers.length > 0)
    throw new RestowError(
      'failed-precondition',
      `${called} cannot be removed while its volumes are mounted by ${borrowers.join(', ')}. Remove those first, or redeploy them without.`,
    );
  return { service, volumes: attachedTo(await client.listVolumes(cli.call), called) };
};
