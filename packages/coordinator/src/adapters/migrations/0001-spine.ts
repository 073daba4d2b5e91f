import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * Services, revisions, slots, observed instances, deployments with their steps, nodes, volumes, settings.
 * What is searched or sorted by is a column; what is only carried (definition, plan, image, options, facts) is JSON text.
 * `bigint` because Postgres would cut a time in milliseconds to 32 bits.
 */
export const spine: Migration = {
  name: '0001-spine',
  async up(database) {
    const { schema } = database;

    await schema
      .createTable('settings')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();

    await schema
      .createTable('nodes')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('tags', 'text', (column) => column.notNull())
      .addColumn('availability', 'text', (column) => column.notNull())
      .addColumn('unreachable_since', 'bigint')
      .addColumn('underlay_address', 'text', (column) => column.notNull())
      .addColumn('public_address', 'text', (column) => column.notNull())
      .addColumn('agent_version', 'text', (column) => column.notNull())
      .addColumn('engine', 'text', (column) => column.notNull())
      .addColumn('facts', 'text', (column) => column.notNull())
      .addColumn('foreign_containers', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
      .execute();

    await schema
      .createTable('services')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('definition', 'text', (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addColumn('removed_at', 'bigint')
      .execute();
    await schema
      .createIndex('services_living_name')
      .unique()
      .on('services')
      .column('name')
      .where(sql.ref('removed_at'), 'is', null)
      .execute();

    await schema
      .createTable('revisions')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('service_id', 'text', (column) => column.notNull().references('services.id'))
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('definition', 'text', (column) => column.notNull())
      .addColumn('definition_version', 'bigint', (column) => column.notNull())
      .addColumn('image', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('revisions_number', ['service_id', 'number'])
      .execute();

    await schema
      .createTable('deployments')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('number', 'bigint', (column) => column.notNull().unique())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('service_id', 'text', (column) => column.notNull().references('services.id'))
      .addColumn('service_name', 'text', (column) => column.notNull())
      .addColumn('revision_id', 'text', (column) => column.references('revisions.id'))
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('code', 'text')
      .addColumn('requested_by', 'text', (column) => column.notNull())
      .addColumn('options', 'text', (column) => column.notNull())
      .addColumn('plan', 'text')
      .addColumn('requested_at', 'bigint', (column) => column.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .execute();
    await schema.createIndex('deployments_of_service').on('deployments').columns(['service_id', 'number']).execute();
    await schema.createIndex('deployments_in_state').on('deployments').columns(['state', 'number']).execute();

    await schema
      .createTable('deployment_steps')
      .addColumn('deployment_id', 'text', (column) => column.notNull().references('deployments.id'))
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('order_id', 'text', (column) => column.notNull())
      .addColumn('slot_name', 'text')
      .addColumn('node_name', 'text')
      .addColumn('phase', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addPrimaryKeyConstraint('deployment_steps_key', ['deployment_id', 'seq'])
      .execute();

    await schema
      .createTable('slots')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('service_id', 'text', (column) => column.notNull().references('services.id'))
      .addColumn('slot_index', 'bigint', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('desired_instance_id', 'text')
      .addColumn('desired_revision_id', 'text', (column) => column.references('revisions.id'))
      .addColumn('desired_node_id', 'text', (column) => column.references('nodes.id'))
      .addColumn('desired_deployment_id', 'text', (column) => column.references('deployments.id'))
      .addColumn('removed_at', 'bigint')
      // A desired instance is wanted whole or not at all.
      .addCheckConstraint(
        'slots_desired_whole',
        sql`(desired_instance_id is null) = (desired_revision_id is null)
          and (desired_instance_id is null) = (desired_node_id is null)
          and (desired_instance_id is null) = (desired_deployment_id is null)`,
      )
      .execute();
    await schema
      .createIndex('slots_living_address')
      .unique()
      .on('slots')
      .column('address')
      .where(sql.ref('removed_at'), 'is', null)
      .execute();
    await schema
      .createIndex('slots_living_index')
      .unique()
      .on('slots')
      .columns(['service_id', 'slot_index'])
      .where(sql.ref('removed_at'), 'is', null)
      .execute();

    // No references: an engine may hold instances of services, slots and revisions this store never knew or has lost.
    await schema
      .createTable('instances')
      .addColumn('instance_id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('container_id', 'text', (column) => column.notNull())
      .addColumn('container_name', 'text', (column) => column.notNull())
      .addColumn('service_id', 'text', (column) => column.notNull())
      .addColumn('slot_id', 'text', (column) => column.notNull())
      .addColumn('revision_id', 'text', (column) => column.notNull())
      .addColumn('deployment_id', 'text', (column) => column.notNull())
      .addColumn('node_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('health', 'text', (column) => column.notNull())
      .addColumn('exit_code', 'bigint')
      .addColumn('started_at', 'bigint')
      .addColumn('finished_at', 'bigint')
      .execute();
    await schema.createIndex('instances_of_service').on('instances').column('service_id').execute();
    await schema.createIndex('instances_of_node').on('instances').column('node_id').execute();

    await schema
      .createTable('volumes')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('node_id', 'text', (column) => column.notNull().references('nodes.id'))
      .addColumn('service_id', 'text', (column) => column.notNull().references('services.id'))
      .addColumn('slot_id', 'text', (column) => column.notNull().references('slots.id'))
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('origin', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('volumes_name_on_node', ['node_id', 'name'])
      .execute();
    await schema.createIndex('volumes_of_service').on('volumes').column('service_id').execute();
  },
};
