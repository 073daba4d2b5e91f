/** How slots are spread over the nodes that fit (Docker Cloud's names and rules). */
export const strategies = ['EMPTIEST_NODE', 'HIGH_AVAILABILITY', 'EVERY_NODE'] as const;
export type Strategy = (typeof strategies)[number];

/**
 * How one slot's instance is replaced.
 * - `auto`: start-first unless something forbids it; the plan says what.
 * - `start-first`: the new one is healthy beside the old one before the address changes hands and the old one stops.
 * - `stop-first`: everything is prepared, then the old one stops and is kept, then the new one starts.
 * - `recreate`: all old instances of the service end before any new one starts, as Docker Cloud did it.
 */
export const updateOrders = ['auto', 'start-first', 'stop-first', 'recreate'] as const;
export type UpdateOrder = (typeof updateOrders)[number];

export const protocols = ['tcp', 'udp'] as const;
export type Protocol = (typeof protocols)[number];

/** A port as it stands on a node: a slot's, with its port of the node chosen. */
export interface PublishedPort {
  containerPort: number;
  /** Port of the node, 1-65535. */
  hostPort: number;
  protocol: Protocol;
}

/** A port of the container, as a definition wants it. */
export interface ServicePort {
  containerPort: number;
  protocol: Protocol;
  /** `false`: exposed only. It is open at the slot's address, as every port is, and said to be there; on no node. */
  published: boolean;
  /** The port of the node, 1-65535; `null`: one of the cluster's dynamic range, chosen by the plan. `null` where only exposed. */
  hostPort: number | null;
}

/** Of a definition's ports those that ask for a fixed port of the node. */
export const fixedPorts = (ports: readonly ServicePort[]): PublishedPort[] =>
  ports.flatMap(({ containerPort, protocol, published, hostPort }) =>
    published && hostPort !== null ? [{ containerPort, protocol, hostPort }] : [],
  );

export const accesses = ['exclusive', 'shared'] as const;
/** One container at a time may have it (`exclusive`, so that two instances never overlap on it), or several (`shared`). */
export type Access = (typeof accesses)[number];

/** Where a volume is mounted. Each slot has a volume of its own for each mount. */
export interface VolumeMount {
  /** Absolute path in the container. */
  path: string;
  /**
   * The person's name for it: slot `n` has volume `NAME-n`, and finds the detached one of that name again. `null`: named
   * after service, slot and path.
   */
  name: string | null;
  /** Default `exclusive`. One that is read-only is shared in any case. */
  access: Access;
  readOnly: boolean;
}

/** A path of the node seen in the container. It binds no slot: on another node it is another directory. */
export interface HostPathMount {
  /** Absolute path on the node; the engine makes a directory where nothing is. */
  hostPath: string;
  /** Absolute path in the container. */
  path: string;
  access: Access;
  readOnly: boolean;
}

/**
 * All mounts of another service's slots, at the same paths. Slot `n` gets those of the source's `n`th slot (counted
 * round where it has fewer) and is placed on its node.
 */
export interface VolumesFrom {
  /** Name of the service. */
  service: string;
  readOnly: boolean;
}

/**
 * How an instance proves that it answers.
 * - `image`: the image's own HEALTHCHECK when it has one, else running for `minRunningMs`
 * - `none`: running for `minRunningMs`, whatever the image says
 * - `tcp`, `http`: asked by the node's agent; a connection is accepted, or GET answers 200 to 399
 * - `command`: run in the container by the engine; exit code 0
 */
export type HealthCheck =
  | { kind: 'image' }
  | { kind: 'none' }
  | { kind: 'tcp'; port: number }
  | { kind: 'http'; port: number; path: string }
  | { kind: 'command'; command: string[] };

export const healthCheckKinds = ['image', 'none', 'tcp', 'http', 'command'] as const satisfies HealthCheck['kind'][];

/** When and how often the check is made. `null`: our default; of the image's own as that says, or the engine's default. */
export interface HealthTiming {
  /** Between two checks of an instance that serves; default 5000, for `command` 2000. Milliseconds. */
  intervalMs: number | null;
  /** A check that takes longer has failed; default 2000, for `command` 30000. Milliseconds. */
  timeoutMs: number | null;
  /** So many failures in a row make it unhealthy; default 3. */
  retries: number | null;
  /** After its start failures do not count so long; default 0. Milliseconds. */
  startPeriodMs: number | null;
}

/**
 * What happens when a swap of a rollout fails. In every case the slot that failed goes back to its old instance.
 * - `rollback`: so do all others that were swapped; exit 3
 * - `pause`: the others stay as they are, nothing more is swapped until a person says go on or back; exit 1
 * - `continue`: the rest is swapped all the same; exit 1
 */
export const onFailures = ['rollback', 'pause', 'continue'] as const;
export type OnFailure = (typeof onFailures)[number];

/** When the engine starts a container again that ended. */
export const autorestarts = ['OFF', 'ON_FAILURE', 'ALWAYS'] as const;
export type Autorestart = (typeof autorestarts)[number];

/** When a container that ended is removed. */
export const autodestroys = ['OFF', 'ON_SUCCESS', 'ALWAYS'] as const;
export type Autodestroy = (typeof autodestroys)[number];

/** Another service this one is to reach by an alias. */
export interface Link {
  /** `db`, or `db.common` for the service `db` of the stack `common`; of the own stack first where none is said. */
  service: string;
  /** A DNS label, each once; the linked service's slots are `ALIAS-1`, `ALIAS-2`. */
  alias: string;
}

export const netModes = ['bridge', 'host'] as const;
/** `host`: the node's own network; such an instance has no address of its own. */
export type NetMode = (typeof netModes)[number];

export const pidModes = ['none', 'host'] as const;
export type PidMode = (typeof pidModes)[number];

/** How the container is run, each as Docker has it; `null` and the empty list: Docker's default, or the image's. */
export interface ContainerSettings {
  user: string | null;
  workingDir: string | null;
  hostname: string | null;
  domainname: string | null;
  /** MAC on the node network. The overlay's follows from the slot's address. */
  macAddress: string | null;
  cgroupParent: string | null;
  privileged: boolean;
  /** The container's own file system cannot be written. */
  readOnly: boolean;
  tty: boolean;
  stdinOpen: boolean;
  net: NetMode;
  pid: PidMode;
  dns: string[];
  dnsSearch: string[];
  capAdd: string[];
  capDrop: string[];
  /** `/dev/x`, `/dev/x:/dev/y` or `/dev/x:/dev/y:rwm`. */
  devices: string[];
  /** `name:address`. */
  extraHosts: string[];
  securityOpt: string[];
  /** Memory and swap together, in bytes; -1: swap without limit. */
  memorySwapBytes: number | null;
  /** Relative weight, 2 or more. */
  cpuShares: number | null;
  /** Cores it may run on, such as `0-1,3`. */
  cpuset: string | null;
}

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
export interface ServiceDefinition extends ContainerSettings {
  /** Image reference as given, such as `registry:5000/team/app:v1` or `app@sha256:...`. */
  image: string;
  /** Slots wanted, 1 or more. Not used by `EVERY_NODE`. */
  count: number;
  /** Deploy tags: only nodes that carry all of them. */
  tags: string[];
  strategy: Strategy;
  ports: ServicePort[];
  env: Record<string, string>;
  /** Names in `env` whose values are nobody else's: links tell other services all variables but these. */
  secrets: string[];
  /** `null`: the image's own. */
  command: string[] | null;
  /** `null`: the image's own. */
  entrypoint: string[] | null;
  volumes: VolumeMount[];
  hostPaths: HostPathMount[];
  volumesFrom: VolumesFrom[];
  labels: Record<string, string>;
  /** Hard memory limit in bytes; `null`: none. */
  memoryBytes: number | null;
  healthCheck: HealthCheck;
  healthTiming: HealthTiming;
  /** Signal that asks the container to end; `null`: the image's own, else SIGTERM. */
  stopSignal: string | null;
  /** Time between that signal and SIGKILL. Milliseconds, default 10000. */
  stopGraceMs: number;
  /** One slot at a time, in the order of their numbers, each told where those before it are. */
  sequential: boolean;
  /** Only `ALWAYS` is offered yet; anything else is refused by name. */
  autorestart: Autorestart;
  /** Only `OFF` is offered yet; anything else is refused by name. */
  autodestroy: Autodestroy;
  /** Redeploy when the image was pushed anew. Not offered yet, and refused by name. */
  autoredeploy: boolean;
  /** Services it is told of in its environment, as they are when it is (re)deployed, and reaches by their aliases. */
  links: Link[];
  /** Not offered yet, and refused by name. */
  roles: string[];
  update: UpdatePolicy;
}

/** Field names of a definition, for messages and for the pending difference. */
export type DefinitionField = keyof ServiceDefinition;

export interface Service {
  id: string;
  /** A DNS label, unique in its stack among services that are not terminated. */
  name: string;
  /** A DNS label; `null`: it belongs to none. Never changes. */
  stack: string | null;
  /** The newest definition; what the next redeploy brings. */
  definition: ServiceDefinition;
  /** Grows by one with each edit; the definition's number. */
  version: number;
  createdAt: number;
  updatedAt: number;
  /** Set when the service was removed; its row stays for the history. */
  removedAt: number | null;
}

/** How a service is called where all of them are meant: `db`, or `db.common` in the stack `common`. */
export const referenceTo = ({ name, stack }: Pick<Service, 'name' | 'stack'>): string =>
  stack === null ? name : `${name}.${stack}`;

/** What the service looks like from outside (Docker Cloud's words). */
export type ServiceState =
  | 'Not running' /* defined, never started */
  | 'Starting' /* its first deployment is under way */
  | 'Running' /* every slot runs */
  | 'Partly running' /* some slots run */
  | 'Redeploying'
  | 'Scaling'
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

/** Everything as the image or the check itself says. */
export const defaultHealthTiming: HealthTiming = {
  intervalMs: null,
  timeoutMs: null,
  retries: null,
  startPeriodMs: null,
};

/** A container as the engine makes it when nothing is said. */
export const defaultContainerSettings: ContainerSettings = {
  user: null,
  workingDir: null,
  hostname: null,
  domainname: null,
  macAddress: null,
  cgroupParent: null,
  privileged: false,
  readOnly: false,
  tty: false,
  stdinOpen: false,
  net: 'bridge',
  pid: 'none',
  dns: [],
  dnsSearch: [],
  capAdd: [],
  capDrop: [],
  devices: [],
  extraHosts: [],
  securityOpt: [],
  memorySwapBytes: null,
  cpuShares: null,
  cpuset: null,
};

/** The settings of a definition alone. */
export const containerSettingsOf = (definition: ContainerSettings): ContainerSettings =>
  Object.fromEntries(
    Object.keys(defaultContainerSettings).map((name) => [name, definition[name as keyof ContainerSettings]]),
  ) as unknown as ContainerSettings;

/** A definition of one slot of an image, everything else at its default. */
export const defaultDefinition = (image: string): ServiceDefinition => ({
  image,
  count: 1,
  tags: [],
  strategy: 'EMPTIEST_NODE',
  ports: [],
  env: {},
  secrets: [],
  command: null,
  entrypoint: null,
  volumes: [],
  hostPaths: [],
  volumesFrom: [],
  labels: {},
  memoryBytes: null,
  healthCheck: { kind: 'image' },
  healthTiming: defaultHealthTiming,
  stopSignal: null,
  stopGraceMs: 10_000,
  sequential: false,
  autorestart: 'ALWAYS',
  autodestroy: 'OFF',
  autoredeploy: false,
  links: [],
  roles: [],
  ...defaultContainerSettings,
  update: defaultUpdatePolicy,
});
