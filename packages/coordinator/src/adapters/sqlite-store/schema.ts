import type { Kysely } from 'kysely';

/** The tables after the newest migration. Times are milliseconds since the epoch; `Json` columns hold JSON text. */
export interface Schema {
  settings: { key: string; value: string };
  nodes: {
    id: string;
    name: string;
    tags: Json;
    availability: string;
    unreachable_since: number | null;
    underlay_address: string;
    public_address: string;
    agent_version: string;
    engine: Json;
    facts: Json;
    foreign_containers: number;
    created_at: number;
    last_seen_at: number;
  };
  services: {
    id: string;
    name: string;
    /** Empty: none. Two of the same name in none are a clash, so it cannot be null. */
    stack: string;
    definition: Json;
    version: number;
    created_at: number;
    updated_at: number;
    removed_at: number | null;
  };
  revisions: {
    id: string;
    service_id: string;
    number: number;
    definition: Json;
    definition_version: number;
    image: Json;
    created_at: number;
  };
  slots: {
    id: string;
    service_id: string;
    slot_index: number;
    address: string;
    desired_instance_id: string | null;
    desired_revision_id: string | null;
    desired_node_id: string | null;
    desired_deployment_id: string | null;
    desired_ports: Json | null;
    /** 0 or 1; absent with the others. */
    desired_named: number | null;
    removed_at: number | null;
  };
  instances: {
    instance_id: string;
    container_id: string;
    container_name: string;
    service_id: string;
    slot_id: string;
    revision_id: string;
    deployment_id: string;
    node_id: string;
    state: string;
    health: string;
    exit_code: number | null;
    started_at: number | null;
    finished_at: number | null;
  };
  deployments: {
    id: string;
    number: number;
    kind: string;
    service_id: string;
    service_name: string;
    revision_id: string | null;
    state: string;
    reason: string;
    code: string | null;
    requested_by: string;
    options: Json;
    plan: Json | null;
    requested_at: number;
    started_at: number | null;
    ended_at: number | null;
  };
  deployment_steps: {
    deployment_id: string;
    seq: number;
    order_id: string;
    slot_name: string | null;
    node_name: string | null;
    phase: string;
    name: string;
    state: string;
    detail: string;
    started_at: number;
    ended_at: number | null;
  };
  volumes: {
    id: string;
    name: string;
    node_id: string;
    service_id: string;
    slot_id: string;
    path: string;
    mount_name: string | null;
    origin: string;
    state: string;
    created_at: number;
  };
}

export type Json = string;

export type Database = Kysely<Schema>;
