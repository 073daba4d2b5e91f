import type { Availability, PortInUse } from '@restow/shared/domain/node';
import type { ForeignVolume } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import type { ServiceDefinition } from '@restow/shared/domain/service';

/** A node as placement sees it, frozen for one plan. */
export interface PlacementNode {
  id: string;
  name: string;
  tags: string[];
  availability: Availability;
  /** `null` when its agent told what it was asked; else since when it cannot, milliseconds since the epoch. */
  unreachableSince: number | null;
  /** What its agent said instead, such as that the engine does not answer; absent where nobody said anything. */
  saidInstead?: string;
  /** Running containers there, foreign ones included, those of the service being placed left out. */
  otherContainers: number;
  /** Those held by slots of the service being placed are left out. */
  portsInUse: PortInUse[];
  /** Volumes Restow did not make, of names the service's mounts would make there. */
  foreignVolumes: ForeignVolume[];
  /** It has the image already. Never decides a placement. */
  imagePresent: boolean;
}

/** A volume of a slot that is to be used again, or a mount it is lent: the slot can only be where that is. */
export interface PinnedVolume {
  name: string;
  nodeId: string;
  /** Name of the slot that lends it; absent: its own. */
  lender?: string;
}

/** A slot that needs a node. */
export interface PlacementSlot {
  index: number;
  name: string;
  /** `null` for a slot that is new. */
  id: string | null;
  /** Where its instance is now; `null` where it has none. */
  currentNodeId: string | null;
  pinnedVolumes: PinnedVolume[];
  /** It runs and is left alone: it is where it is, and only counts. */
  stands?: true;
}

/** All that placement looks at: the same request gives the same answer, always. */
export interface PlacementRequest {
  serviceName: string;
  definition: Pick<ServiceDefinition, 'tags' | 'strategy' | 'ports'>;
  image: PinnedImage;
  slots: PlacementSlot[];
  /** Slots of the service that are left alone, where they are (`stands`). Absent: none. */
  standing?: PlacementSlot[];
  nodes: PlacementNode[];
}

/** Order by name, as every tie and every list of placement has it: by code unit, so `n10` comes before `n2`. */
export const byName = (a: { name: string }, b: { name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

export const byIndex = (a: { index: number }, b: { index: number }): number => a.index - b.index;

/** True for a node that new slots of a service with these deploy tags may be placed on, ports and images aside. */
export const isSchedulable = (node: PlacementNode, tags: string[]): boolean =>
  node.availability === 'active' && node.unreachableSince === null && tags.every((tag) => node.tags.includes(tag));
