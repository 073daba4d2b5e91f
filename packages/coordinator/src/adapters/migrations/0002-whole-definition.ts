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
    ports: definition.ports.map((port) => ({ ...port, published: true })),
    volumes: definition.volumes.map((mount) => ({ ...mount, name: null })),
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
      const standing = ports.map(({ containerPort, hostPort, protocol }) => ({ containerPort, hostPort, protocol }));
      await sql`update slots set desired_ports = ${JSON.stringify(standing)} where id = ${id}`.execute(database);
    }
  },
};
