import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '@restow/shared/base/clock';
import { openLog } from '@restow/shared/base/log';
import { type Deployment, defaultRedeployOptions, type RedeployOptions } from '@restow/shared/domain/deployment';
import {
  defaultDefinition,
  defaultUpdatePolicy,
  type Service,
  type ServiceDefinition,
  type UpdatePolicy,
} from '@restow/shared/domain/service';
import { localAnnouncer } from '../../packages/coordinator/src/adapters/local-announcer.ts';
import { openMemoryStore } from '../../packages/coordinator/src/adapters/memory-store.ts';
import { requestRedeploy } from '../../packages/coordinator/src/deployment/request-redeploy.ts';
import { resume } from '../../packages/coordinator/src/deployment/resume.ts';
import { ServiceQueues } from '../../packages/coordinator/src/deployment/service-queues.ts';
import { createService, updateService } from '../../packages/coordinator/src/services/define-service.ts';
import type { World } from '../../packages/coordinator/src/world.ts';
import { noPublicNames } from '../../packages/coordinator/src/zone/public-names.ts';
import { ScriptedAgents } from './scripted-agents.ts';
import { aNode } from './views.ts';

/** Nothing is waited for. */
export const quick = (changes: Partial<UpdatePolicy> = {}): UpdatePolicy => ({
  ...defaultUpdatePolicy,
  minRunningMs: 0,
  healthDeadlineMs: 1000,
  watchMs: 0,
  ...changes,
});

/** A coordinator's thinking and acting parts on a store in memory and agents on paper. */
export class DeploymentLab {
  readonly clock: Clock;
  readonly store = openMemoryStore();
  readonly announcer = localAnnouncer();
  readonly agents = new ScriptedAgents(this.store, this.announcer);
  readonly world: World;
  #stop = new AbortController();
  queues: ServiceQueues;

  private constructor(clock: Clock) {
    this.clock = clock;
    this.world = {
      store: this.store,
      agents: this.agents,
      announcer: this.announcer,
      clock,
      log: openLog('test', 'silent'),
      newId: randomUUID,
      overlaySubnet: '10.7.0.0/16',
      dynamicPorts: { first: 32_000, last: 32_767 },
      publicNames: noPublicNames,
      dockerCloudUrl: null,
    };
    this.queues = new ServiceQueues(this.world, this.#stop.signal);
  }

  static async open(names = ['n1', 'n2', 'n3'], clock: Clock = systemClock): Promise<DeploymentLab> {
    const lab = new DeploymentLab(clock);
    for (const [at, name] of names.entries()) {
      const {
        slots: _,
        publicDns: __,
        ...node
      } = aNode(at + 1, { id: randomUUID(), name, tags: [], foreignContainers: 0 });
      await lab.store.nodes.put(node);
    }
    return lab;
  }

  /** `web` of `r/app:v1`. */
  define(changes: Partial<ServiceDefinition> = {}, name = 'web'): Promise<Service> {
    return createService(this.world, name, { ...defaultDefinition('r/app:v1'), update: quick(), ...changes });
  }

  edit(service: Service, changes: Partial<ServiceDefinition>): Promise<Service> {
    return updateService(this.world, service.id, { ...service.definition, ...changes }, 0);
  }

  ask(service: Service, options: Partial<RedeployOptions> = {}): Promise<Deployment> {
    return requestRedeploy(this.world, this.queues, {
      service,
      kind: 'redeploy',
      options: { ...defaultRedeployOptions, ...options },
      requestedBy: 'test',
    });
  }

  /** Asks, and waits until nothing goes on any more. */
  async run(service: Service, options: Partial<RedeployOptions> = {}): Promise<Deployment> {
    return this.settled(await this.ask(service, options));
  }

  async remove(service: Service): Promise<Deployment> {
    const asked = { service, kind: 'remove', options: defaultRedeployOptions, requestedBy: 'test' } as const;
    return this.settled(await requestRedeploy(this.world, this.queues, asked));
  }

  /** The deployment as it is when nothing goes on any more. */
  async settled({ id }: Pick<Deployment, 'id'>): Promise<Deployment> {
    await this.queues.idle();
    return (await this.store.deployments.get(id))!;
  }

  /** The coordinator ends at once, whatever it was about. */
  async kill(): Promise<void> {
    this.#stop.abort(new Error('killed'));
    await this.queues.idle();
  }

  /** The next one goes on with what the killed one left, to its end. Returns how many deployments that were. */
  async restart(): Promise<number> {
    this.#stop = new AbortController();
    this.queues = new ServiceQueues(this.world, this.#stop.signal);
    const count = await resume(this.world, this.queues);
    await this.queues.idle();
    return count;
  }

  /** Numbers of the revisions that are desired, by slot; 0 for none. */
  async revisionsRunning(service: Service): Promise<number[]> {
    const revisions = await this.store.revisions.ofService(service.id);
    const slots = await this.store.slots.ofService(service.id);
    return slots.map(({ desired }) => revisions.find(({ id }) => id === desired?.revisionId)?.number ?? 0);
  }

  /** Instances that hold all a slot has, each on its node: `web-1 n1`, by slot. */
  async serving(service: Service): Promise<string[]> {
    const nodes = await this.store.nodes.list();
    const slots = await this.store.slots.ofService(service.id);
    return slots.flatMap(({ index, desired }) =>
      this.agents.engines
        .of(`${service.name}-${index}`)
        .filter(({ state, docked, ports, policy }) => state === 'running' && docked && ports && policy)
        .map(({ slot, nodeId, instanceId }) => {
          const name = nodes.find(({ id }) => id === nodeId)?.name;
          return `${slot} ${name}${instanceId === desired?.instanceId ? '' : ', though another one is desired'}`;
        }),
    );
  }

  async end(): Promise<void> {
    this.#stop.abort(new Error('test over'));
    await this.queues.idle();
  }
}
