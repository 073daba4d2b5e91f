import { RestowError } from '@restow/shared/base/errors';
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

/** Touches nothing. Throws what the removal would be refused with. */
export const planRemoval = async (cli: Cli, name: string): Promise<Removal> => {
  const client = cli.client();
  const service = await client.getService(name, cli.call);
  const users = (await client.listServices(cli.call))
    .filter(({ running, definition }) =>
      (running ?? definition).volumesFrom.some((from) => from.service === service.name),
    )
    .map((user) => user.name);
  if (users.length > 0)
    throw new RestowError(
      'failed-precondition',
      `${service.name} cannot be removed: ${users.join(', ')} mounts its volumes; remove that first, or take --volumes-from ${service.name} off it and redeploy it.`,
    );
  return { service, volumes: attachedTo(await client.listVolumes(cli.call), service.name) };
};
