import { status } from '@grpc/grpc-js';
import { Health } from '@restow/coordinator/api/health';
import { expect, test } from 'vitest';
import { ReflectingClient } from '../lib/reflecting-client.ts';
import { type ServedCoordinator, serveCoordinator } from '../lib/served-coordinator.ts';

/** The coordinator asked whether it serves, as a load balancer asks: without a token. */
const check = 'grpc.health.v1.Health/Check';
const watch = 'grpc.health.v1.Health/Watch';

const balancer = ({ address, token }: ServedCoordinator) =>
  new ReflectingClient(address, { reflectHeaders: [`authorization: Bearer ${token}`] });

test.each(['', 'restow.v1.Restow', 'restow.v1.AgentSession'])('"%s" serves', async (service) => {
  await using coordinator = await serveCoordinator();
  using client = balancer(coordinator);
  expect(await client.call(check, { service })).toEqual([{ status: 'SERVING' }]);
});

test('a service nobody knows is refused, and watched as one that may come', async () => {
  await using coordinator = await serveCoordinator();
  using client = balancer(coordinator);
  await expect(client.call(check, { service: 'restow.v1.Nothing' })).rejects.toMatchObject({ code: status.NOT_FOUND });
  for await (const reply of client.stream(watch, { service: 'restow.v1.Nothing' })) {
    expect(reply).toEqual({ status: 'SERVICE_UNKNOWN' });
    break;
  }
});

test('the same client, which has no token, is let in nowhere else', async () => {
  await using coordinator = await serveCoordinator();
  using client = balancer(coordinator);
  await expect(client.call('restow.v1.Restow/ListServices')).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
});

test('who watches an ending coordinator is told that it serves no more, and then why it hangs up', async () => {
  await using coordinator = await serveCoordinator();
  using client = balancer(coordinator);
  const heard: unknown[] = [];
  const serving = Promise.withResolvers<void>();
  const notServing = Promise.withResolvers<void>();
  const listen = async () => {
    for await (const reply of client.stream(watch, { service: '' })) {
      heard.push(reply);
      if (heard.length === 1) serving.resolve();
      else notServing.resolve();
    }
  };
  const over = expect(listen()).rejects.toMatchObject({
    code: status.UNAVAILABLE,
    details: expect.stringMatching(/^The coordinator is ending\. What is under way is recorded/),
  });
  await serving.promise;
  coordinator.doors.closing();
  await notServing.promise;
  expect(heard).toEqual([{ status: 'SERVING' }, { status: 'NOT_SERVING' }]);
  expect(await client.call(check, { service: 'restow.v1.Restow' })).toEqual([{ status: 'NOT_SERVING' }]);
  await coordinator.doors.close();
  await over;
});

type Calls = Record<string, (call: unknown, reply?: (error: unknown, value: unknown) => void) => void>;

/** What a health service answers, asked without a server around it. */
const callsOf = (health: Health): Calls => {
  let calls: Calls = {};
  health.addTo({ addService: (_: unknown, given: Calls) => (calls = given) } as never);
  return calls;
};

test('until what an earlier coordinator left is taken up, nothing serves', () => {
  const health = new Health();
  const answers: unknown[] = [];
  const ask = () => callsOf(health).check!({ request: { service: '' } }, (_, value) => answers.push(value));
  ask();
  health.serving();
  ask();
  expect(answers).toEqual([{ status: 'NOT_SERVING' }, { status: 'SERVING' }]);
});

test('a name nobody knows is not remembered: anybody may ask for any number of them', () => {
  const calls = callsOf(new Health());
  const remembered: string[] = [];
  const watchOf = (service: string) => ({
    ...{ request: { service }, write: () => true },
    on: () => remembered.push(service),
  });
  calls.watch!(watchOf('restow.v1.Nothing'));
  calls.watch!(watchOf('restow.v1.Restow'));
  expect(remembered).toEqual(['restow.v1.Restow']);
});
