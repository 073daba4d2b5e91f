import type { Deployment, DeploymentStep } from '@restow/shared/domain/deployment';
import type { Node } from '@restow/shared/domain/node';
import type { Revision } from '@restow/shared/domain/revision';
import type { Service } from '@restow/shared/domain/service';
import type { ObservedInstance, Slot, Volume } from '@restow/shared/domain/slot';
import type { Ledger } from '../one-writer.ts';
import { LayeredTable, type Table } from './layered-table.ts';

/** Every table by the id of its rows; steps by deployment and number. */
export interface Tables {
  settings: Table<string>;
  services: Table<Service>;
  revisions: Table<Revision>;
  slots: Table<Slot>;
  instances: Table<ObservedInstance>;
  deployments: Table<Deployment>;
  steps: Table<DeploymentStep>;
  nodes: Table<Node>;
  volumes: Table<Volume>;
}

type Side = 'committed' | 'changing';

export const memoryLedger = (): Ledger<Tables> => {
  const settings = new LayeredTable<string>();
  const services = new LayeredTable<Service>();
  const revisions = new LayeredTable<Revision>();
  const slots = new LayeredTable<Slot>();
  const instances = new LayeredTable<ObservedInstance>();
  const deployments = new LayeredTable<Deployment>();
  const steps = new LayeredTable<DeploymentStep>();
  const nodes = new LayeredTable<Node>();
  const volumes = new LayeredTable<Volume>();
  const all = [settings, services, revisions, slots, instances, deployments, steps, nodes, volumes];
  let depth = 0;

  const side = (of: Side): Tables => ({
    settings: settings[of],
    services: services[of],
    revisions: revisions[of],
    slots: slots[of],
    instances: instances[of],
    deployments: deployments[of],
    steps: steps[of],
    nodes: nodes[of],
    volumes: volumes[of],
  });

  return {
    committed: side('committed'),
    changing: side('changing'),
    standing: true,
    begin() {
      for (const table of all) table.begin();
      depth++;
    },
    commit() {
      for (const table of all) table.commit();
      depth--;
    },
    rollback() {
      if (depth === 0) return;
      for (const table of all) table.rollback();
      depth--;
    },
    close() {},
  };
};
