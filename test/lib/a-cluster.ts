import type { PlacementNode, PlacementRequest, PlacementSlot } from '@restow/coordinator/placement/cluster-view';
import { defaultDefinition, type ServicePort } from '@restow/shared/domain/service';
import { slotName } from '@restow/shared/domain/slot';

/** Builders for tests: everything at its plainest, but for what a case is about. */

/** An active, empty, untagged node; its id is its name with `id-` before it. */
export const aNode = (name: string, changes: Partial<PlacementNode> = {}): PlacementNode => ({
  id: `id-${name}`,
  name,
  tags: [],
  availability: 'active',
  unreachableSince: null,
  otherContainers: 0,
  portsInUse: [],
  foreignVolumes: [],
  imagePresent: false,
  ...changes,
});

/** A slot of `web`: new, or on the node of that name, with its volumes there where it has any. */
export const aSlot = (index: number, on: string | null = null, volumes: string[] = []): PlacementSlot => ({
  index,
  name: slotName('web', index),
  id: on === null ? null : `slot-${index}`,
  currentNodeId: on === null ? null : `id-${on}`,
  pinnedVolumes: volumes.map((name) => ({ name, nodeId: `id-${on}` })),
});

/** `web` with that many new slots, or with the slots given. */
export const aRequest = (
  nodes: PlacementNode[],
  slots: PlacementSlot[] | number,
  definition: Partial<PlacementRequest['definition']> = {},
): PlacementRequest => ({
  serviceName: 'web',
  definition: { ...defaultDefinition('app:v1'), ...definition },
  image: { kind: 'digest', reference: 'app:v1', repository: 'app', digest: `sha256:${'a'.repeat(64)}` },
  slots: typeof slots === 'number' ? Array.from({ length: slots }, (_, at) => aSlot(at + 1)) : slots,
  nodes,
});

export const aPort = (hostPort: number): ServicePort => ({
  containerPort: 80,
  hostPort,
  protocol: 'tcp',
  published: true,
});
