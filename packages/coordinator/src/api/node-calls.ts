import type { Node } from '@restow/shared/domain/node';
import { slotReference } from '@restow/shared/domain/slot';
import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import { availabilityFromWire, nodeViewToWire, serverToWire, tagsViewToWire } from '@restow/shared/rpc/wire-cluster';
import { changeTags } from '../services/change-tags.ts';
import { findByReference } from '../services/find-by-reference.ts';
import { unaryCall } from './calls.ts';
import type { Door } from './door.ts';

type NodeCalls = Pick<RestowHandlers, 'GetServer' | 'ListNodes' | 'GetNode' | 'SetNodeAvailability' | 'ChangeTags'>;

/** The cluster itself: who answers, nodes, tags. */
export const nodeCalls = (door: Door): NodeCalls => {
  const { world, authenticate, server } = door;
  const { store } = world;

  const find = async (reference: string): Promise<Node> => findByReference('node', await store.nodes.list(), reference);

  /** Name of every living slot, by the node it is placed on. */
  const slotsByNode = async (): Promise<Map<string, string[]>> => {
    const services = new Map((await store.services.list()).map((service) => [service.id, service]));
    const placed = (await store.slots.list()).flatMap(({ desired, serviceId, index }) =>
      desired
        ? [
            {
              nodeId: desired.nodeId,
              name: slotReference(services.get(serviceId) ?? { name: serviceId, stack: null }, index),
            },
          ]
        : [],
    );
    return new Map(
      [...Map.groupBy(placed, ({ nodeId }) => nodeId)].map(([id, slots]) => [id, slots.map(({ name }) => name).sort()]),
    );
  };
  const view = (node: Node, slots: Map<string, string[]>) =>
    nodeViewToWire({
      ...{ ...node, slots: slots.get(node.id) ?? [], publicDns: world.publicNames.node(node.name) },
      refused: door.refusals?.of(node.id) ?? undefined,
    });

  return {
    GetServer: unaryCall(authenticate, world.log, async () => serverToWire(server)),
    ListNodes: unaryCall(authenticate, world.log, async () => {
      const slots = await slotsByNode();
      return { nodes: (await store.nodes.list()).map((node) => view(node, slots)) };
    }),
    GetNode: unaryCall(authenticate, world.log, async ({ node }) => view(await find(node), await slotsByNode())),
    SetNodeAvailability: unaryCall(authenticate, world.log, async ({ node, availability }) => {
      const { id } = await find(node);
      const changed = await store.transaction(async (inside) => {
        const now = await inside.nodes.get(id);
        const next = { ...now!, availability: availabilityFromWire(availability) };
        await inside.nodes.put(next);
        return next;
      });
      door.onNodeChanged?.();
      return view(changed, await slotsByNode());
    }),
    ChangeTags: unaryCall(authenticate, world.log, async ({ target, add, remove }) => {
      const changed = await changeTags(world, target, add, remove);
      if (changed.kind === 'node') door.onNodeChanged?.();
      return tagsViewToWire(changed);
    }),
  };
};
