import type { DefinitionField, ServiceDefinition } from './service.ts';

type Same<Field extends DefinitionField> = (
  running: ServiceDefinition[Field],
  wanted: ServiceDefinition[Field],
) => boolean;

/** One spelling for each value: objects by key, so that the order of keys does not matter. */
const spelled = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

const same = (running: unknown, wanted: unknown): boolean => spelled(running) === spelled(wanted);

/** Lists in which the order means nothing. */
const sameInAnyOrder = (running: readonly unknown[], wanted: readonly unknown[]): boolean =>
  same(running.map(spelled).sort(), wanted.map(spelled).sort());

/** How each field is compared; `null` where a change takes no redeploy. A field without an entry does not compile. */
const comparisons: { [Field in DefinitionField]: Same<Field> | null } = {
  image: same,
  count: same,
  tags: (running, wanted) => sameInAnyOrder([...new Set(running)], [...new Set(wanted)]),
  strategy: same,
  ports: sameInAnyOrder,
  env: same,
  // Said of variables for others: what is told to those is fixed with their own redeploy.
  secrets: null,
  command: same,
  entrypoint: same,
  volumes: sameInAnyOrder,
  hostPaths: sameInAnyOrder,
  volumesFrom: sameInAnyOrder,
  labels: same,
  memoryBytes: same,
  healthCheck: same,
  healthTiming: same,
  stopSignal: same,
  stopGraceMs: same,
  // In which order slots are replaced says nothing of them once they run, but each is told where those before it are.
  sequential: same,
  autorestart: same,
  autodestroy: same,
  // A wish for the future: it takes hold when it is said.
  autoredeploy: null,
  links: sameInAnyOrder,
  roles: sameInAnyOrder,
  user: same,
  workingDir: same,
  hostname: same,
  domainname: same,
  macAddress: same,
  cgroupParent: same,
  privileged: same,
  readOnly: same,
  tty: same,
  stdinOpen: same,
  net: same,
  pid: same,
  dns: same,
  dnsSearch: same,
  capAdd: sameInAnyOrder,
  capDrop: sameInAnyOrder,
  devices: sameInAnyOrder,
  extraHosts: sameInAnyOrder,
  securityOpt: sameInAnyOrder,
  memorySwapBytes: same,
  cpuShares: same,
  cpuset: same,
  // How a redeploy is done says nothing of what runs: the next one follows the newest policy anyway.
  update: null,
};

const differs = <Field extends DefinitionField>(field: Field, running: ServiceDefinition, wanted: ServiceDefinition) =>
  comparisons[field]?.(running[field], wanted[field]) === false;

/**
 * The fields in which what is wanted differs from what runs, in the order a definition has them: what the next redeploy
 * would change. The order of tags, ports, volumes, variables and labels means nothing; that of a command does. `count`
 * counts, except for `EVERY_NODE`, which does not use it. `update` never does.
 */
export const pendingDifference = (running: ServiceDefinition, wanted: ServiceDefinition): DefinitionField[] => {
  const countless = running.strategy === 'EVERY_NODE' && wanted.strategy === 'EVERY_NODE';
  return (Object.keys(comparisons) as DefinitionField[]).filter(
    (field) => !(field === 'count' && countless) && differs(field, running, wanted),
  );
};
