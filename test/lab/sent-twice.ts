import type { EngineEvent } from '@restow/lab/engines';
import { beforeAll, expect, test, vi } from 'vitest';
import { type Cluster, type EngineContainer, slotIndex } from './cluster.ts';

export type HostEvent = EngineEvent & { host: string };

/** What of a deployment such tests look at. */
export interface Told {
  id: string;
  number: number;
  serviceName: string;
  state: string;
  reason: string;
  plan: { swaps: { slotIndex: number; instanceId: string; placement: { nodeName: string } }[] } | null;
  steps: { name: string; slotName: string | null; state: string; detail: string }[];
}

/** Label of an event's container. */
export const labelOf = ({ Actor }: EngineEvent, name: string): string => Actor.Attributes[`io.restow.${name}`] ?? '';

/** Something that happened to a container of `web`, of one slot or of any. */
export const isNew = (event: HostEvent, action: string, index?: number): boolean =>
  event.Action === action &&
  labelOf(event, 'service-name') === 'web' &&
  (index === undefined || labelOf(event, 'slot-index') === String(index));

/** Its last deployment, as it is told. */
export const lastOf = async ({ json }: Cluster, service: string): Promise<Told> => {
  const all = await json<Told[]>('deployment', 'ls');
  const number = Math.max(...all.filter(({ serviceName }) => serviceName === service).map((one) => one.number));
  return (await json<[Told]>('deployment', 'inspect', String(number)))[0];
};

export const allAttached = ({ json }: Cluster) =>
  vi.waitFor(
    async () => {
      const nodes = await json<{ unreachableSince: number | null }[]>('node', 'ls');
      expect(nodes.map(({ unreachableSince }) => unreachableSince)).toEqual([null, null, null]);
    },
    { timeout: 20_000, interval: 200 },
  );

/** Resolves as soon as an engine tells of such an event. */
export const untilEvent = ({ events }: Cluster, since: string, wanted: (event: HostEvent) => boolean) =>
  vi.waitFor(async () => expect((await events(since)).some(wanted)).toBe(true), { timeout: 30_000, interval: 20 });

/** Waits until no container answers for nothing: of no slot, or a second one of a slot. */
export const noOrphans = ({ containers }: Cluster, service: string, count: number) =>
  vi.waitFor(async () => expect(await containers(service)).toHaveLength(count), { timeout: 30_000, interval: 200 });

const instanceOf = ({ Config }: { Config: { Labels: Record<string, string> } }): string =>
  Config.Labels['io.restow.instance'] ?? '';

/** What the engines made and started for a deployment, `create INSTANCE`, sorted. */
const doneFor = (events: HostEvent[], deploymentId: string) =>
  events
    .filter((event) => event.Type === 'container' && labelOf(event, 'deployment') === deploymentId)
    .filter(({ Action }) => Action === 'create' || Action === 'start')
    .map((event) => `${event.Action} ${labelOf(event, 'instance')}`)
    .sort();

/**
 * Who is killed when, and which old instances run at that moment: `1` for one that does, `2` for one that does not, `.`
 * for either, by slot.
 */
export type Killing = [
  name: string,
  moment: (event: HostEvent, old: EngineContainer[]) => boolean,
  who: ('coordinator' | 'agent')[],
  then: string,
];

/**
 * `web` of three slots is redeployed, once for each case, and somebody is killed in the middle: the rollout ends as
 * planned all the same, and every container was made, started and ended once. `version()`: what it runs at last.
 */
export const sentTwice = (cluster: () => Cluster, flags: string[], cases: Killing[]): { version: () => string } => {
  let version = 'v1';
  const slots = ['web-1', 'web-2', 'web-3'];
  const asking = 'timeout 2 wget -q -O - http://127.0.0.1/';
  const answers = () => Promise.all(slots.map((slot) => cluster().inside(slot, asking)));

  beforeAll(async () => {
    const { ok, image } = cluster();
    // Slow enough to stop and to start for something to happen meanwhile.
    const slow = ['-e', 'STOP_MS=500', '-e', 'BOOT_MS=700', '--health-http', '80/', '--watch', '0s'];
    await ok('service', 'run', '--name', 'web', '-t', '3', ...flags, ...slow, image('app:v1'));
    expect(await answers()).toEqual(['v1', 'v1', 'v1']);
  });

  test.each(cases)(
    'CRD-05: killed: %s; the rollout ends as planned, everything done once',
    async (...[_, moment, who, then]) => {
      const { lab, ok, restow, running, events, image } = cluster();
      await allAttached(cluster());
      const before = await running('web');
      const host = before[0]!.host;
      const old = version;
      version = old === 'v1' ? 'v2' : 'v1';
      await ok('service', 'update', '--image', image(`app:${version}`), 'web');

      const since = new Date().toISOString();
      const told = restow('service', 'redeploy', 'web');
      await untilEvent(cluster(), since, (event) => moment(event, before));
      if (who.includes('coordinator')) await lab.stopCoordinator('SIGKILL');
      if (who.includes('agent')) await lab.stopAgent(host, 'SIGKILL');
      // It was in the middle: slots that still have their old container, as the case says.
      const still = new Set((await running('web')).map(({ Id }) => Id));
      const picture = before.map(({ Id }) => (still.has(Id) ? '1' : '2')).join('');
      expect(picture).toMatch(new RegExp(`^${then}$`));
      for (const [at, container] of before.entries())
        if (at > 0 && still.has(container.Id))
          expect(await lab.docker(container.host, 'exec', container.Id, 'sh', '-c', asking)).toBe(old);
      if (who.includes('coordinator')) await lab.startCoordinator();
      if (who.includes('agent')) await lab.startAgent(host);

      // The command that began it found the coordinator again, and tells the end.
      expect(await told).toMatchObject({ code: 0 });
      const { id, state, plan } = await lastOf(cluster(), 'web');
      expect(state).toBe('succeeded');
      const planned = plan!.swaps.map((swap) => [swap.slotIndex, swap.placement.nodeName, swap.instanceId]);
      await noOrphans(cluster(), 'web', 3);
      const now = await running('web');
      expect(now.map((container) => [slotIndex(container), container.host, instanceOf(container)])).toEqual(planned);
      expect(await answers()).toEqual([version, version, version]);

      const happened = await events(since);
      const instances = plan!.swaps.map(({ instanceId }) => instanceId);
      expect(doneFor(happened, id)).toEqual(
        ['create', 'start'].flatMap((action) => instances.map((instance) => `${action} ${instance}`)).sort(),
      );
      // And each old one ended once and was not woken.
      for (const { Id } of before) {
        const its = happened.filter(({ Actor }) => Actor.ID === Id).map(({ Action }) => Action);
        expect(its.filter((action) => action === 'die' || action === 'start')).toEqual(['die']);
      }
    },
  );

  return { version: () => version };
};
