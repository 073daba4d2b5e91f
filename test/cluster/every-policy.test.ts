import { defaultDefinition, type ServiceDefinition, type UpdatePolicy } from '@restow/shared/domain/service';
import type { DeploymentView } from '@restow/shared/domain/view';
import type { RestowClient } from '@restow/shared/rpc/restow-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';
import { clientOf, endOf } from '../lab/lab-client.ts';

/** What a redeploy under a policy was like, read from the engines alone but for its end. */
interface Seen {
  deployment: DeploymentView;
  /** When each new container was started, by slot; milliseconds. */
  startedAt: number[];
  /** When the first new one was started and when the last old one had ended, as the engines reported it. */
  firstStart: number;
  lastEnd: number;
  /** New containers that do not run any more, with how long they did; milliseconds. */
  failed: number[];
  /** Image of each slot's running container. */
  versions: string[];
}

interface Case {
  /** Beside the policy, where the default shows nothing of it. */
  definition?: Partial<ServiceDefinition>;
  /** The policy without what the case is about, and with it. */
  without: Partial<UpdatePolicy>;
  with: Partial<UpdatePolicy>;
  /** True of what was seen with it, and false without. */
  shows: (seen: Seen) => boolean;
}

const apart = (seen: Seen): number[] => seen.startedAt.slice(1).map((at, index) => at - seen.startedAt[index]!);
const hasty = { minRunningMs: 100, watchMs: 0, order: 'stop-first' as const, gate: false };

/** A definition whose second and third slot cannot become healthy by their deadline. */
const failing: Partial<ServiceDefinition> = { healthCheck: { kind: 'tcp', port: 99 } };

/** A field of the policy without a case does not compile (DC-09). */
const cases: { [Field in keyof UpdatePolicy]: Case } = {
  order: {
    without: { ...hasty, batch: 1 },
    with: { ...hasty, batch: 1, order: 'recreate' },
    shows: ({ firstStart, lastEnd }) => lastEnd < firstStart,
    definition: { env: { STOP_MS: '600' } },
  },
  gate: {
    without: { ...hasty, minRunningMs: 900 },
    with: { ...hasty, minRunningMs: 900, gate: true },
    shows: (seen) => apart(seen)[0]! >= 900 && apart(seen)[1]! < 900,
  },
  batch: {
    without: { ...hasty, minRunningMs: 900 },
    with: { ...hasty, minRunningMs: 900, batch: 1 },
    shows: (seen) => apart(seen).every((between) => between >= 900),
  },
  minRunningMs: {
    without: { ...hasty, gate: true },
    with: { ...hasty, gate: true, minRunningMs: 2200 },
    shows: (seen) => apart(seen)[0]! >= 2200,
  },
  healthDeadlineMs: {
    definition: failing,
    without: { ...hasty, healthDeadlineMs: 800 },
    with: { ...hasty, healthDeadlineMs: 3000 },
    shows: ({ failed }) => failed.length > 0 && failed.every((lived) => lived >= 3000),
  },
  watchMs: {
    without: hasty,
    with: { ...hasty, watchMs: 2500 },
    shows: ({ deployment, startedAt }) => deployment.endedAt! - Math.max(...startedAt) >= 2500,
  },
  onFailure: {
    definition: failing,
    without: { ...hasty, healthDeadlineMs: 800 },
    with: { ...hasty, healthDeadlineMs: 800, onFailure: 'pause' },
    shows: ({ deployment }) => deployment.state === 'paused',
  },
};

describeCluster('every field of the update policy', (cluster) => {
  let client: RestowClient;
  beforeAll(() => {
    const { lab } = cluster();
    client = clientOf(lab);
  });
  afterAll(() => client?.close());

  const base = (changes: Partial<ServiceDefinition>, policy: Partial<UpdatePolicy>): ServiceDefinition => {
    const plain = defaultDefinition(cluster().image('app:v1'));
    return { ...plain, count: 3, ...changes, update: { ...plain.update, ...policy } };
  };
  const at = (time: string) => Date.parse(time);

  /** Deploys what answers, then redeploys with the definition and policy of the case. */
  const redeploy = async (
    name: string,
    changes: Partial<ServiceDefinition>,
    policy: Partial<UpdatePolicy>,
  ): Promise<Seen> => {
    const { running, containers, events, image } = cluster();
    const { healthCheck: _, ...first } = changes;
    await client.createService(name, base(first, hasty));
    expect(await endOf(client.startService(name))).toMatchObject({ state: 'succeeded' });
    const old = (await running(name)).map(({ Id }) => Id);
    await client.updateService(name, base({ ...changes, image: image('app:v2') }, policy));
    const since = new Date().toISOString();
    const deployment = await endOf(client.redeploy(name));
    const all = (await events(since)).filter(({ Actor }) => Actor.Attributes['io.restow.service-name'] === name);
    const time = ({ timeNano }: { timeNano: number }) => timeNano / 1e6;
    const fresh = (await containers(name)).filter(({ Id }) => !old.includes(Id));
    const bySlot = (list: EngineContainer[]) => [...list].sort((a, b) => slotIndex(a) - slotIndex(b));
    const failed = fresh.filter(({ State }) => !State.Running) as (EngineContainer & {
      State: { FinishedAt: string };
    })[];
    const seen: Seen = {
      deployment,
      startedAt: bySlot(fresh).map(({ State }) => at(State.StartedAt)),
      firstStart: Math.min(
        ...all.filter(({ Action, Actor }) => Action === 'start' && !old.includes(Actor.ID)).map(time),
      ),
      lastEnd: Math.max(...all.filter(({ Action, Actor }) => Action === 'die' && old.includes(Actor.ID)).map(time)),
      failed: failed.map(({ State }) => at(State.FinishedAt) - at(State.StartedAt)),
      versions: bySlot(await running(name)).map(({ Config }) => Config.Image),
    };
    await endOf(client.removeService(name));
    return seen;
  };

  test.each(Object.keys(cases) as (keyof UpdatePolicy)[])('DC-09: update.%s', async (field) => {
    const { definition = {}, without, with: policy, shows } = cases[field];
    const name = `policy-${field.toLowerCase()}`;
    const plain = await redeploy(`${name}-without`, definition, without);
    expect([shows(plain), plain]).toEqual([false, plain]);
    const seen = await redeploy(name, definition, policy);
    expect([shows(seen), seen]).toEqual([true, seen]);
  });
});
