/** How slots are spread over the nodes that fit (Docker Cloud's names and rules). */
export const strategies = ['EMPTIEST_NODE', 'HIGH_AVAILABILITY', 'EVERY_NODE'] as const;
export type Strategy = (typeof strategies)[number];

/**
 * How one slot's instance is replaced.
 * - `auto`: start-first unless something forbids it; the plan says what (until start-first is built: stop-first).
 * - `start-first`: the new one is healthy before the old one stops. Refused by name until it is built.
 * - `stop-first`: everything is prepared, then the old one stops and is kept, then the new one starts.
 * - `recreate`: all old instances of the service end before any new one starts, as Docker Cloud did it.
 */
export const updateOrders = ['auto', 'start-first', 'stop-first', 'recreate'] as const;
export type UpdateOrder = (typeof updateOrders)[number];

export type Protocol = 'tcp' | 'udp';

/** A port of the container published on the node that runs the slot. */
export interface PublishedPort {
  containerPort: number;
  /** Fixed port on the node, 1-65535. */
  hostPort: number;
  protocol: Protocol;
}

/** Where a volume is mounted. Each slot has a volume of its own for each mount. */
export interface VolumeMount {
  /** Absolute path in the container. */
  path: string;
  /** `exclusive` (default): one container at a time may have it, so two instances never overlap on it. */
  access: 'exclusive' | 'shared';
  readOnly: boolean;
}

/** How an instance proves that it answers. `image`: the image's own HEALTHCHECK when it has one, else running for `minRunningMs`. */
export type HealthCheck =
  | { kind: 'image' }
  | { kind: 'tcp'; port: number }
  | { kind: 'http'; port: number; path: string };

/** What happens when a swap fails in a rollout. Only `rollback` is offered yet. */
export type OnFailure = 'rollback';

export interface UpdatePolicy {
  order: UpdateOrder;
  /** First slot alone; the rest only after it is healthy. `null`: on where count > 1, off for `recreate` and a first deployment. */
  gate: boolean | null;
  /** Slots swapped at the same time after the gate; `null`: all the rest at once. */
  batch: number | null;
  /** Without a health check an instance is healthy after running this long. Milliseconds, default 2000. */
  minRunningMs: number;
  /** An instance not healthy by then has failed. Milliseconds from its start, default 60000. */
  healthDeadlineMs: number;
  /** All slots must stay healthy this long after the last swap. Milliseconds, default 5000. */
  watchMs: number;
  onFailure: OnFailure;
}

/** What a person wants to run. Changing it touches nothing that runs until the next redeploy. */
export interface ServiceDefinition {
  /** Image reference as given, such as `registry:5000/team/app:v1` or `app@sha256:...`. */
  image: string;
  /** Slots wanted, 1 or more. Not used by `EVERY_NODE`. */
  count: number;
  /** Deploy tags: only nodes that carry all of them. */
  tags: string[];
  strategy: Strategy;
  ports: PublishedPort[];
  env: Record<string, string>;
  /** `null`: the image's own. */
  command: string[] | null;
  /** `null`: the image's own. */
  entrypoint: string[] | null;
  volumes: VolumeMount[];
  labels: Record<string, string>;
  /** Hard memory limit in bytes; `null`: none. */
  memoryBytes: number | null;
  healthCheck: HealthCheck;
  /** Signal that asks the container to end; `null`: the image's own, else SIGTERM. */
  stopSignal: string | null;
  /** Time between that signal and SIGKILL. Milliseconds, default 10000. */
  stopGraceMs: number;
  update: UpdatePolicy;
}

/** Field names of a definition, for messages and for the pending difference. */
export type DefinitionField = keyof ServiceDefinition;

export interface Service {
  id: string;
  /** A DNS label, unique among services that are not terminated. */
  name: string;
  /** The newest definition; what the next redeploy brings. */
  definition: ServiceDefinition;
  /** Grows by one with each edit; the definition's number. */
  version: number;
  createdAt: number;
  updatedAt: number;
  /** Set when the service was removed; its row stays for the history. */
  removedAt: number | null;
}

/** What the service looks like from outside (Docker Cloud's words). */
export type ServiceState =
  | 'Not running' /* defined, never started */
  | 'Starting' /* its first deployment is under way */
  | 'Running' /* every slot runs */
  | 'Partly running' /* some slots run */
  | 'Redeploying'
  | 'Stopped' /* no slot runs */
  | 'Terminating'
  | 'Terminated';

export const defaultUpdatePolicy: UpdatePolicy = {
  order: 'auto',
  gate: null,
  batch: null,
  minRunningMs: 2000,
  healthDeadlineMs: 60_000,
  watchMs: 5000,
  onFailure: 'rollback',
};

/** A definition of one slot of an image, everything else at its default. */
export const defaultDefinition = (image: string): ServiceDefinition => ({
  image,
  count: 1,
  tags: [],
  strategy: 'EMPTIEST_NODE',
  ports: [],
  env: {},
  command: null,
  entrypoint: null,
  volumes: [],
  labels: {},
  memoryBytes: null,
  healthCheck: { kind: 'image' },
  stopSignal: null,
  stopGraceMs: 10_000,
  update: defaultUpdatePolicy,
});
