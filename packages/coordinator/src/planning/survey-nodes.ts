import type { Node, PortInUse } from '@restow/shared/domain/node';
import type { PinnedImage } from '@restow/shared/domain/revision';
import type { Service, ServicePort } from '@restow/shared/domain/service';
import { dynamicPortsOf } from '../identity/node-ports.ts';
import type { PlacementNode } from '../placement/cluster-view.ts';
import type { World } from '../world.ts';
import { promisedPorts } from './promised-ports.ts';
import { questionAbsenceMs } from './question-absence.ts';

const samePort = (a: PortInUse, b: PortInUse) => a.port === b.port && a.protocol === b.protocol;

/**
 * The nodes as placement sees them: what the store knows, and what only each node can tell now (is the image there, who
 * holds the ports). Touches nothing. A node that does not answer counts as unreachable.
 */
export const surveyNodes = async (
  world: Pick<World, 'store' | 'agents' | 'clock' | 'dynamicPorts'>,
  service: Service,
  image: PinnedImage | null,
  { ports, volumes }: { ports: ServicePort[]; volumes: string[] },
  orderId: string,
  signal?: AbortSignal,
): Promise<PlacementNode[]> => {
  const { store, agents, clock } = world;
  const ownSlots = new Set((await store.slots.ofService(service.id)).map((slot) => slot.id));
  // Plans of other deployments are long; where no port is wanted nobody has to read them.
  const promised = ports.some(({ published }) => published)
    ? await promisedPorts(store, service.id)
    : new Map<string, PortInUse[]>();
  const running = (await store.instances.list()).filter(
    (instance) => instance.state === 'running' && instance.serviceId !== service.id,
  );
  const asked = ports.flatMap(({ protocol, hostPort }) => (hostPort === null ? [] : [{ protocol, port: hostPort }]));

  const survey = async (node: Node): Promise<PlacementNode> => {
    const outcome = agents.isConnected(node.id)
      ? await agents.send<'survey'>(
          node.id,
          {
            orderId: `${orderId}/${node.name}/survey`,
            order: {
              kind: 'survey',
              image,
              ports: asked,
              dynamicPorts: dynamicPortsOf(ports).length > 0 ? world.dynamicPorts : null,
              volumes,
            },
            deadlineMs: 15_000,
            absenceMs: questionAbsenceMs,
          },
          { signal },
        )
      : null;
    const promises = promised.get(node.id) ?? [];
    const found = outcome?.ok
      ? outcome.value.portsInUse.filter(({ holder }) => holder.kind !== 'slot' || !ownSlots.has(holder.slotId))
      : [];
    return {
      id: node.id,
      name: node.name,
      tags: node.tags,
      availability: node.availability,
      unreachableSince: outcome?.ok ? null : (node.unreachableSince ?? clock.now()),
      ...(outcome?.ok === false && { saidInstead: outcome.failure.message }),
      otherContainers: node.foreignContainers + running.filter((instance) => instance.nodeId === node.id).length,
      portsInUse: [...promises, ...found.filter((port) => !promises.some((promise) => samePort(promise, port)))],
      foreignVolumes: outcome?.ok ? outcome.value.foreignVolumes : [],
      imagePresent: outcome?.ok === true && outcome.value.imagePresent,
    };
  };
  return Promise.all((await store.nodes.list()).map(survey));
};
