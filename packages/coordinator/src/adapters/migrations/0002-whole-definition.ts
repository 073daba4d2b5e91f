import { sql } from 'kysely';
import type { Migration } from './migration.ts';

type Fields = Record<string, unknown>;

/** What definitions have since, as an earlier one meant it without saying so. Frozen: later defaults do not change the past. */
const added: Fields = {
  hostPaths: [],
  volumesFrom: [],
  healthTiming: { intervalMs: null, timeoutMs: null, retries: null, startPeriodMs: null },
  sequential: false,
  autorestart: 'ALWAYS',
  autodestroy: 'OFF',
  autoredeploy: false,
  links: [],
  roles: [],
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

const whole = (text: string): string => {
  const definition = JSON.parse(text) as Fields & { ports: Fields[]; volumes: Fields[] };
  return JSON.stringify({
    ...added,
    ...definition,
    // It had no use for a count, and is refused now with any other.
    count: definition.strategy === 'EVERY_NODE' ? 1 : definition.count,
    ports: definition.ports.map((port) => ({ ...port, published: true })),
    volumes: definition.volumes.map((mount) => ({ ...mount, name: null })),
  });
};

const standing = (ports: Fields[]): Fields[] =>
  ports.map(({ containerPort, hostPort, protocol }) => ({ containerPort, hostPort, protocol }));

/** A plan that is being carried out: its volumes are its slots' own, and an old instance has the ports of its revision. */
const wholePlan = (text: string, portsOf: (revisionNumber: number) => Fields[]): string => {
  const plan = JSON.parse(text) as Fields & { swaps: (Fields & { from: Fields | null; volumes: Fields[] })[] };
  return JSON.stringify({
    ...plan,
    swaps: plan.swaps.map(({ from, volumes, ...swap }) => ({
      ...swap,
      from: from && { ...from, ports: portsOf(Number(from.revisionNumber)) },
      volumes: volumes.map((volume) => ({ ...volume, mountName: null, from: null })),
    })),
  });
};

/**
 * Definitions have every field of a container; a slot's desired instance has the ports of its node; a volume the name
 * its definition gave it.
 */
export const wholeDefinition: Migration = {
  name: '0002-whole-definition',
  async up(database) {
    await database.schema.alterTable('slots').addColumn('desired_ports', 'text').execute();
    await database.schema.alterTable('volumes').addColumn('mount_name', 'text').execute();
    for (const table of ['services', 'revisions']) {
      const rows = await sql<{
        id: string;
        definition: string;
      }>`select id, definition from ${sql.table(table)}`.execute(database);
      for (const { id, definition } of rows.rows)
        await sql`update ${sql.table(table)} set definition = ${whole(definition)} where id = ${id}`.execute(database);
    }
    const slots = await sql<{ id: string; definition: string }>`
      select slots.id as id, revisions.definition as definition
      from slots join revisions on revisions.id = slots.desired_revision_id`.execute(database);
    for (const { id, definition } of slots.rows) {
      const { ports } = JSON.parse(definition) as { ports: Fields[] };
      await sql`update slots set desired_ports = ${JSON.stringify(standing(ports))} where id = ${id}`.execute(database);
    }
    const open = await sql<{ id: string; service: string; plan: string }>`
      select id, service_id as service, plan from deployments where plan is not null and ended_at is null`.execute(
      database,
    );
    for (const { id, service, plan } of open.rows) {
      const revisions = await sql<{ number: number; definition: string }>`
        select number, definition from revisions where service_id = ${service}`.execute(database);
      const ports = new Map(
        revisions.rows.map(({ number, definition }) => [number, (JSON.parse(definition) as { ports: Fields[] }).ports]),
      );
      const now = wholePlan(plan, (number) => standing(ports.get(number) ?? []));
      await sql`update deployments set plan = ${now} where id = ${id}`.execute(database);
    }
  },
};
