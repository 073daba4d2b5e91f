import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * A service may belong to a stack, and has its name within it; a slot's desired instance says whether names lead to it,
 * and every one there is has served before; definitions say which of their variables are secret.
 */
export const names: Migration = {
  name: '0003-names',
  async up(database) {
    const { schema } = database;
    await schema
      .alterTable('services')
      .addColumn('stack', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
    await schema.dropIndex('services_living_name').execute();
    await schema
      .createIndex('services_living_name')
      .unique()
      .on('services')
      .columns(['stack', 'name'])
      .where(sql.ref('removed_at'), 'is', null)
      .execute();
    await schema.alterTable('slots').addColumn('desired_named', 'integer').execute();
    await sql`update slots set desired_named = 1 where desired_instance_id is not null`.execute(database);
    for (const table of ['services', 'revisions']) {
      const rows = await sql<{
        id: string;
        definition: string;
      }>`select id, definition from ${sql.table(table)}`.execute(database);
      for (const { id, definition } of rows.rows) {
        const whole = JSON.stringify({ secrets: [], ...(JSON.parse(definition) as object) });
        await sql`update ${sql.table(table)} set definition = ${whole} where id = ${id}`.execute(database);
      }
    }
  },
};
