import { readFile } from 'node:fs/promises';
import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { ReflectingClient } from '../lib/reflecting-client.ts';

/** The built coordinator asked by a client that knows it only by reflection; the engines say what came of it. */

const idsOf = (containers: readonly EngineContainer[]): string[] => containers.map(({ Id }) => Id);
const hasty = { min_running_ms: 200, health_deadline_ms: 60_000, watch_ms: 0 };

interface Event {
  accepted?: { number: number; kind: string };
  step?: { slotName: string; name: string; state: string };
  ended?: { number: number; state: string };
}

describeCluster('the gRPC API', (cluster) => {
  const token = async () => (await readFile(cluster().lab.coordinator!.tokenFile, 'utf8')).trim();
  const dial = async () => {
    const { address } = cluster().lab.coordinator!;
    return new ReflectingClient(address, { headers: [`authorization: Bearer ${await token()}`] });
  };
  /** As a load balancer: the token for learning the protocol only. */
  const balancer = async () => {
    const { address } = cluster().lab.coordinator!;
    return new ReflectingClient(address, { reflectHeaders: [`authorization: Bearer ${await token()}`] });
  };
  const eventsOf = async (client: ReflectingClient, method: string, service: string) =>
    (await client.call(`restow.v1.Restow/${method}`, { service })) as Event[];

  test('CRD-02: a session by reflection: define, start, look, redeploy and remove, in JSON, with no proto file', async () => {
    const { image, running, containers } = cluster();
    using client = await dial();
    expect(await client.list()).toEqual(['grpc.health.v1.Health', 'restow.v1.AgentSession', 'restow.v1.Restow']);
    expect(await client.methods('restow.v1.Restow')).toEqual(
      expect.arrayContaining(['restow.v1.Restow/ListServices', 'restow.v1.Restow/Redeploy']),
    );

    const definition = {
      ...{ image: image('app:v1'), count: 2, env: { GREETING: 'by reflection' } },
      ...{ stop_grace_ms: 1000, update: { ...hasty, gate: true } },
    };
    await client.call('restow.v1.Restow/CreateService', { name: 'web', definition });
    expect((await eventsOf(client, 'StartService', 'web')).at(-1)?.ended).toMatchObject({ state: 'succeeded' });
    const before = await running('web');
    expect(before.map(({ Config }) => Config.Env.includes('GREETING=by reflection'))).toEqual([true, true]);

    const [list] = await client.call('restow.v1.Restow/ListServices');
    expect(list).toMatchObject({ services: [{ name: 'web', state: 'Running' }] });
    const [web] = await client.call('restow.v1.Restow/GetService', { service: 'web' });
    expect(web).toMatchObject({
      definition: { count: 2, env: { GREETING: 'by reflection' }, update: { gate: true, minRunningMs: 200 } },
      slots: before.map(({ Id, host }) => ({ containerId: Id, nodeName: host, state: 'running' })),
    });

    const events: Event[] = [];
    for await (const event of client.stream('restow.v1.Restow/Redeploy', { service: 'web' }))
      events.push(event as Event);
    expect(events[0]?.accepted).toMatchObject({ kind: 'redeploy' });
    const took = events.flatMap(({ step }) => (step?.name === 'take' && step.state === 'done' ? [step.slotName] : []));
    expect(took).toEqual(['web-1', 'web-2']);
    expect(events.at(-1)?.ended).toMatchObject({ state: 'succeeded' });
    const after = await running('web');
    expect(after).toHaveLength(2);
    expect(idsOf(after).filter((id) => idsOf(before).includes(id))).toEqual([]);

    expect((await eventsOf(client, 'RemoveService', 'web')).at(-1)?.ended).toMatchObject({ state: 'succeeded' });
    expect(await containers('web')).toEqual([]);
  });

  test('CRD-02: without the token nothing is told or done, but whether it serves', async () => {
    using client = await balancer();
    expect(await client.call('grpc.health.v1.Health/Check', { service: 'restow.v1.Restow' })).toEqual([
      { status: 'SERVING' },
    ]);
    await expect(client.call('restow.v1.Restow/ListServices')).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    using stranger = new ReflectingClient(cluster().lab.coordinator!.address);
    await expect(stranger.list()).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  });

  test('CRD-02: who hangs up in the middle of a redeploy, or has its deadline pass, stops nothing', async () => {
    const { ok, image, running } = cluster();
    const short = ['--min-running', '200ms', '--watch', '0s', '--stop-grace', '1s'];
    await ok('service', 'run', '--name', 'patient', '-t', '2', ...short, image('app:v1'));
    using client = await dial();

    for (const deadlineMs of [null, 400]) {
      const before = idsOf(await running('patient'));
      const events = client.stream(
        'restow.v1.Restow/Redeploy',
        { service: 'patient', options: { order: 'stop-first' } },
        deadlineMs,
      );
      const hangUp = async () => {
        for await (const event of events) {
          const { step } = event as Event;
          if (deadlineMs === null && step?.name === 'take' && step.state === 'running') return 'hung up';
        }
        return 'heard to the end';
      };
      if (deadlineMs === null) expect(await hangUp()).toBe('hung up');
      else await expect(hangUp()).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
      // The gate has not passed yet: the second slot's container is the old one.
      expect(idsOf(await running('patient'))).toContain(before[1]);
      await vi.waitFor(async () => {
        const after = idsOf(await running('patient'));
        expect(after).toHaveLength(2);
        expect(after.filter((id) => before.includes(id))).toEqual([]);
      }, 20_000);
      const [{ number }] = await cluster().json<[{ number: number }]>('deployment', 'ls');
      expect((await cluster().restow('deployment', 'watch', String(number))).code).toBe(0);
    }
  });

  test('CRD-02: an ending coordinator says so; the client follows on at the next, and exits by the outcome', async () => {
    const { lab, ok, restow, image, running } = cluster();
    await ok('service', 'run', '--name', 'lasting', '-t', '2', '--min-running', '1s', '--watch', '0s', image('app:v1'));
    using client = await balancer();
    const heard: unknown[] = [];
    const serving = Promise.withResolvers<void>();
    const watch = async () => {
      for await (const reply of client.stream('grpc.health.v1.Health/Watch')) {
        heard.push(reply);
        serving.resolve();
      }
    };
    const over = watch().catch((error: unknown) => error);
    await serving.promise;

    const before = idsOf(await running('lasting'));
    const followed = restow('service', 'redeploy', '--order', 'stop-first', 'lasting');
    await vi.waitFor(async () => expect(idsOf(await running('lasting'))).not.toEqual(before), 20_000);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await lab.stopCoordinator(signal);
      await lab.startCoordinator();
    }
    const { code, stderr } = await followed;
    expect(stderr).toMatch(/The coordinator was lost; deployment \d+ goes on\./);
    expect(stderr).toMatch(/lasting: deployment \d+ succeeded/);
    expect(code).toBe(0);
    const after = idsOf(await running('lasting'));
    expect(after).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    expect(await over).toMatchObject({
      code: status.UNAVAILABLE,
      details: expect.stringMatching(/^The coordinator is ending\./),
    });
    expect(heard).toEqual([{ status: 'SERVING' }, { status: 'NOT_SERVING' }]);
  });
});
