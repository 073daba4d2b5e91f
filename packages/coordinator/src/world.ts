import type { Clock } from '@restow/shared/base/clock';
import type { PortRange } from '@restow/shared/domain/order';
import type { Logger } from 'pino';
import type { Agents } from './ports/agents.ts';
import type { Announcer } from './ports/announcer.ts';
import type { Store } from './ports/store.ts';
import type { PublicNames } from './zone/public-names.ts';

/** What the coordinator's acts need of the world. Values and ports only; the composition root fills it. */
export interface World {
  store: Store;
  agents: Agents;
  announcer: Announcer;
  clock: Clock;
  log: Logger;
  /** A version-4 uuid. */
  newId(): string;
  overlaySubnet: string;
  /** Ports of the nodes that are given where a definition names none. */
  dynamicPorts: PortRange;
  /** What things are called in the public zone. */
  publicNames: PublicNames;
  /**
   * Base of Docker Cloud's HTTP API as containers reach it: they are told of themselves as Docker Cloud told them. `null`:
   * they are not.
   */
  dockerCloudUrl: string | null;
}
