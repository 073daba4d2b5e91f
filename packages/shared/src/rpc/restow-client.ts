import type { Result } from '../base/result.ts';
import { defaultRedeployOptions, type RedeployOptions } from '../domain/deployment.ts';
import type { Availability } from '../domain/node.ts';
import type { Plan, PlanRefusal } from '../domain/plan.ts';
import type { ServiceDefinition } from '../domain/service.ts';
import type {
  DeploymentEvent,
  DeploymentLogEntry,
  DeploymentView,
  LogLineView,
  NodeView,
  ServerView,
  ServiceView,
  TagsView,
  VolumeView,
} from '../domain/view.ts';
import { carriedDefinition } from './carried-definition.ts';
import {
  bearer,
  type CallScope,
  channelCredentials,
  clientOptions,
  type Method,
  serverStream,
  unary,
} from './channel.ts';
import { loadRestow, type RestowRpc } from './load.ts';
import { nodeViewFromWire, serverFromWire, tagsViewFromWire, volumeViewFromWire } from './wire-cluster.ts';
import { deploymentEventFromWire, deploymentFromWire, redeployOptionsToWire } from './wire-deployment.ts';
import { deploymentLogEntryFromWire, logLineFromWire } from './wire-logs.ts';
import { planReplyFromWire } from './wire-plan.ts';
import { serviceViewFromWire } from './wire-service-view.ts';

/** Time for one question and its answer. A plan asks nodes, which may be slow to say no. */
const unaryDeadlineMs = 30_000;

/** Time to read a log that has an end: long, since whoever reads may stop to think. */
const readDeadlineMs = 60 * 60 * 1000;

export interface RestowClientOptions {
  /** `host:port` of the coordinator. */
  address: string;
  token: string;
  /** Milliseconds for each call that has one answer, and for each stream to be taken. Default 30000. */
  deadlineMs?: number;
}

/** What every call takes beside its request. */
export interface CallOptions {
  /** Aborting hangs up; the call then throws the signal's reason. What the coordinator does goes on. */
  signal?: AbortSignal;
}

export interface ServiceLogsQuery {
  follow?: boolean;
  /** Number of one slot; without it all of them. */
  slot?: number;
  /** Milliseconds since the epoch. */
  since?: number;
  /** Only the last lines of what is there. */
  tail?: number;
}

/**
 * The coordinator's API in the words of the domain: values in, values out, errors as `RestowError`. A reference to a
 * thing is its name (of a service in a stack: `db.common`), its uuid, or the first 4 or more characters of its uuid. It dials at the first call; `close` it.
 */
export class RestowClient implements Disposable {
  readonly #client: InstanceType<RestowRpc['Restow']>;
  readonly #methods: RestowRpc['Restow']['service'];
  readonly #options: RestowClientOptions;

  constructor(options: RestowClientOptions) {
    const { Restow } = loadRestow();
    this.#client = new Restow(options.address, channelCredentials(), clientOptions);
    this.#methods = Restow.service;
    this.#options = options;
  }

  close(): void {
    this.#client.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async server(call?: CallOptions): Promise<ServerView> {
    return serverFromWire(await this.#ask(this.#methods.GetServer, {}, call));
  }

  /** Defines a service, in a stack where one is given; nothing runs yet. Throws `invalid` with all problems, or `already-exists`. */
  async createService(
    name: string,
    definition: ServiceDefinition,
    { stack = null, ...call }: CallOptions & { stack?: string | null } = {},
  ): Promise<ServiceView> {
    const request = { name, stack: stack ?? '', definition: carriedDefinition(definition) };
    return serviceViewFromWire(await this.#ask(this.#methods.CreateService, request, call));
  }

  /**
   * Replaces the definition; what runs stays as it is until the next redeploy. Throws `failed-precondition` when
   * `ifVersion` is given and the definition changed since.
   */
  async updateService(
    service: string,
    definition: ServiceDefinition,
    { ifVersion = 0, ...call }: CallOptions & { ifVersion?: number } = {},
  ): Promise<ServiceView> {
    const request = { service, definition: carriedDefinition(definition), ifVersion };
    return serviceViewFromWire(await this.#ask(this.#methods.UpdateService, request, call));
  }

  async listServices(call?: CallOptions): Promise<ServiceView[]> {
    const { services } = await this.#ask(this.#methods.ListServices, {}, call);
    return services.map(serviceViewFromWire);
  }

  async getService(service: string, call?: CallOptions): Promise<ServiceView> {
    return serviceViewFromWire(await this.#ask(this.#methods.GetService, { service }, call));
  }

  /** Ends and forgets a service; its volumes are detached and stay. */
  async *removeService(service: string, call?: CallOptions): AsyncGenerator<DeploymentEvent, void, undefined> {
    for await (const event of this.#follow(this.#methods.RemoveService, { service }, call))
      yield deploymentEventFromWire(event);
  }

  /**
   * What a redeploy would do, or every reason why it cannot. Touches nothing. With `definition` that one is planned
   * instead of the stored one, also for a name no service has yet.
   */
  async planService(
    service: string,
    options: RedeployOptions = defaultRedeployOptions,
    { definition, ...call }: CallOptions & { definition?: ServiceDefinition } = {},
  ): Promise<Result<Plan, PlanRefusal>> {
    const request = {
      service,
      options: redeployOptionsToWire(options),
      definition: definition && carriedDefinition(definition),
    };
    return planReplyFromWire(await this.#ask(this.#methods.PlanService, request, call));
  }

  /** First deployment of a service that does not run; throws `failed-precondition` when it does. */
  async *startService(
    service: string,
    options: RedeployOptions = defaultRedeployOptions,
    call?: CallOptions,
  ): AsyncGenerator<DeploymentEvent, void, undefined> {
    const request = { service, options: redeployOptionsToWire(options) };
    for await (const event of this.#follow(this.#methods.StartService, request, call))
      yield deploymentEventFromWire(event);
  }

  /**
   * So many slots while it runs; what runs otherwise is left alone. Tells how it goes like `redeploy`. Throws
   * `failed-precondition` for a service that was never started, and for EVERY_NODE.
   */
  async *scale(
    service: string,
    count: number,
    options: RedeployOptions = defaultRedeployOptions,
    call?: CallOptions,
  ): AsyncGenerator<DeploymentEvent, void, undefined> {
    const request = { service, options: redeployOptionsToWire({ ...options, scaleTo: count }) };
    for await (const event of this.#follow(this.#methods.Scale, request, call)) yield deploymentEventFromWire(event);
  }

  /**
   * Replaces the containers by the newest definition and tells how it goes: `accepted` first, `ended` last. Leaving
   * the loop stops nothing.
   */
  async *redeploy(
    service: string,
    options: RedeployOptions = defaultRedeployOptions,
    call?: CallOptions,
  ): AsyncGenerator<DeploymentEvent, void, undefined> {
    const request = { service, options: redeployOptionsToWire(options) };
    for await (const event of this.#follow(this.#methods.Redeploy, request, call)) yield deploymentEventFromWire(event);
  }

  /** Newest first; of all services when none is given. `limit` 0 is the coordinator's own, 50. */
  async listDeployments(
    { service = '', limit = 0 }: { service?: string; limit?: number } = {},
    call?: CallOptions,
  ): Promise<DeploymentView[]> {
    const { deployments } = await this.#ask(this.#methods.ListDeployments, { service, limit }, call);
    return deployments.map(deploymentFromWire);
  }

  /** By number or uuid, with its steps and plan. */
  async getDeployment(deployment: string, call?: CallOptions): Promise<DeploymentView> {
    return deploymentFromWire(await this.#ask(this.#methods.GetDeployment, { deployment }, call));
  }

  /** All that happened so far, then what happens, until the end. */
  async *watchDeployment(deployment: string, call?: CallOptions): AsyncGenerator<DeploymentEvent, void, undefined> {
    for await (const event of this.#follow(this.#methods.WatchDeployment, { deployment }, call))
      yield deploymentEventFromWire(event);
  }

  /** A paused deployment goes on. Throws `failed-precondition` when it is not paused. */
  async *resumeDeployment(deployment: string, call?: CallOptions): AsyncGenerator<DeploymentEvent, void, undefined> {
    for await (const event of this.#follow(this.#methods.ResumeDeployment, { deployment }, call))
      yield deploymentEventFromWire(event);
  }

  /** A paused deployment goes back to the old instances. Throws `failed-precondition` when it is not paused. */
  async *rollbackDeployment(deployment: string, call?: CallOptions): AsyncGenerator<DeploymentEvent, void, undefined> {
    for await (const event of this.#follow(this.#methods.RollbackDeployment, { deployment }, call))
      yield deploymentEventFromWire(event);
  }

  /** Steps and container output of one deployment together, by time. */
  async *deploymentLogs(
    deployment: string,
    { follow = false }: { follow?: boolean } = {},
    call?: CallOptions,
  ): AsyncGenerator<DeploymentLogEntry, void, undefined> {
    const request = { deployment, follow };
    for await (const entry of this.#read(this.#methods.DeploymentLogs, request, follow, call))
      yield deploymentLogEntryFromWire(entry);
  }

  /** Container output of a service's slots, by time. */
  async *serviceLogs(
    service: string,
    { follow = false, slot = 0, since = 0, tail = 0 }: ServiceLogsQuery = {},
    call?: CallOptions,
  ): AsyncGenerator<LogLineView, void, undefined> {
    const request = { service, follow, slot, since, tail };
    for await (const line of this.#read(this.#methods.ServiceLogs, request, follow, call)) yield logLineFromWire(line);
  }

  async listNodes(call?: CallOptions): Promise<NodeView[]> {
    const { nodes } = await this.#ask(this.#methods.ListNodes, {}, call);
    return nodes.map(nodeViewFromWire);
  }

  async getNode(node: string, call?: CallOptions): Promise<NodeView> {
    return nodeViewFromWire(await this.#ask(this.#methods.GetNode, { node }, call));
  }

  /** `cordoned` keeps what runs there and takes nothing new. */
  async setNodeAvailability(node: string, availability: Availability, call?: CallOptions): Promise<NodeView> {
    return nodeViewFromWire(await this.#ask(this.#methods.SetNodeAvailability, { node, availability }, call));
  }

  /** Tags of a node, or deploy tags of a service; `target` is looked up as service first, then as node. */
  async changeTags(
    target: string,
    { add = [], remove = [] }: { add?: string[]; remove?: string[] },
    call?: CallOptions,
  ): Promise<TagsView> {
    return tagsViewFromWire(await this.#ask(this.#methods.ChangeTags, { target, add, remove }, call));
  }

  /** By name, then node. With `measure` every node is asked for sizes and users. */
  async listVolumes({ measure = false, ...call }: CallOptions & { measure?: boolean } = {}): Promise<VolumeView[]> {
    const { volumes } = await this.#ask(this.#methods.ListVolumes, { measure }, call);
    return volumes.map(volumeViewFromWire);
  }

  /** By name or id, measured. Throws `ambiguous` where several nodes have one of that name. */
  async getVolume(volume: string, call?: CallOptions): Promise<VolumeView> {
    return volumeViewFromWire(await this.#ask(this.#methods.GetVolume, { volume }, call));
  }

  /**
   * Deletes a detached volume and all its data; returns what it was. `confirm` is its name once more. Throws `invalid`
   * when that differs, `failed-precondition` while it is attached or mounted.
   */
  async purgeVolume(volume: string, confirm: string, call?: CallOptions): Promise<VolumeView> {
    return volumeViewFromWire(await this.#ask(this.#methods.PurgeVolume, { volume, confirm }, call));
  }

  #ask<Request, Reply>(method: Method<Request, Reply>, request: Request, call: CallOptions = {}): Promise<Reply> {
    return unary(this.#client, method, request, this.#scope(call, this.#patienceMs));
  }

  /** No deadline: what is followed takes as long as it takes, and whoever watches stops by the signal. */
  #follow<Request, Reply>(method: Method<Request, Reply>, request: Request, call: CallOptions = {}) {
    return this.#stream(method, request, null, call);
  }

  #read<Request, Reply>(
    method: Method<Request, Reply>,
    request: Request,
    follow: boolean,
    call: CallOptions = {},
  ): AsyncGenerator<Reply, void, undefined> {
    return this.#stream(method, request, follow ? null : readDeadlineMs, call);
  }

  #stream<Request, Reply>(
    method: Method<Request, Reply>,
    request: Request,
    deadlineMs: number | null,
    call: CallOptions,
  ): AsyncGenerator<Reply, void, undefined> {
    const scope = { ...this.#scope(call, deadlineMs), openWithinMs: this.#patienceMs };
    return serverStream(this.#client, method, request, scope);
  }

  get #patienceMs(): number {
    return this.#options.deadlineMs ?? unaryDeadlineMs;
  }

  #scope<Deadline extends number | null>(
    call: CallOptions,
    deadlineMs: Deadline,
  ): CallScope & { deadlineMs: Deadline } {
    return { metadata: bearer(this.#options.token), deadlineMs, ...call };
  }
}
