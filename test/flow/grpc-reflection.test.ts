import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReflectingClient, ReflectionRefused } from '../lib/reflecting-client.ts';
import { type ServedCoordinator, serveCoordinator } from '../lib/served-coordinator.ts';

/** The coordinator asked by a client that knows it only by what it says of itself. */
let coordinator: ServedCoordinator;
beforeAll(async () => {
  coordinator = await serveCoordinator();
});
afterAll(() => coordinator[Symbol.asyncDispose]());

const dial = (version?: 'v1' | 'v1alpha', headers = [`authorization: Bearer ${coordinator.token}`]) =>
  new ReflectingClient(coordinator.address, { headers, version });

describe.each(['v1', 'v1alpha'] as const)('reflection %s', (version) => {
  test('lists the services and their methods', async () => {
    using client = dial(version);
    expect(await client.list()).toEqual(['grpc.health.v1.Health', 'restow.v1.AgentSession', 'restow.v1.Restow']);
    expect(await client.methods('restow.v1.Restow')).toContain('restow.v1.Restow/Redeploy');
    expect(await client.methods('restow.v1.AgentSession')).toEqual(['restow.v1.AgentSession/Attach']);
    expect(await client.methods('grpc.health.v1.Health')).toContain('grpc.health.v1.Health/Watch');
  });

  test('refuses a name it does not know', async () => {
    using client = dial(version);
    await expect(client.methods('restow.v1.Nothing')).rejects.toThrow(ReflectionRefused);
    await expect(client.methods('restow.v1.Nothing')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test.each([
    ['none', []],
    ['a wrong one', ['authorization: Bearer guessed']],
  ])('tells nothing without the token: %s', async (_, headers) => {
    using client = dial(version, headers);
    await expect(client.list()).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
      details: expect.stringContaining('the file "token" of the coordinator\'s data directory'),
    });
  });
});

test('a session in JSON: define, start, look, redeploy, remove', async () => {
  using client = dial();
  const definition = {
    image: 'r/app:v1',
    count: 2,
    env: { GREETING: 'hello' },
    labels: { team: 'blue' },
    memoryBytes: '134217728',
    update: { gate: false, minRunningMs: 1, healthDeadlineMs: 1000 },
  };
  const [created] = await client.call('restow.v1.Restow/CreateService', { name: 'web', definition });
  expect(created).toMatchObject({ name: 'web', state: 'Not running', definition });

  const started = await client.call('restow.v1.Restow/StartService', { service: 'web' });
  expect(started.at(0)).toMatchObject({ accepted: { number: 1, serviceName: 'web', kind: 'deploy' } });
  expect(started.at(-1)).toMatchObject({ ended: { number: 1, state: 'succeeded' } });

  const [{ services }] = (await client.call('restow.v1.Restow/ListServices')) as unknown as [
    { services: { name: string }[] },
  ];
  expect(services.map(({ name }) => name)).toEqual(['web']);
  const [web] = await client.call('restow.v1.Restow/GetService', { service: 'web' });
  expect(web).toMatchObject({
    ...{ name: 'web', state: 'Running', revisionNumber: 1, definition },
    slots: [
      { name: 'web-1', address: '10.7.0.1', nodeName: 'n1', state: 'running' },
      { name: 'web-2', address: '10.7.0.2', nodeName: 'n2', state: 'running' },
    ],
  });

  const replaced: unknown[] = [];
  for await (const event of client.stream('restow.v1.Restow/Redeploy', { service: 'web' })) replaced.push(event);
  expect(replaced.at(0)).toMatchObject({ accepted: { number: 2, kind: 'redeploy' } });
  expect(replaced).toContainEqual({
    step: expect.objectContaining({ slotName: 'web-2', name: 'take', state: 'done' }),
  });
  expect(replaced.at(-1)).toMatchObject({ ended: { number: 2, state: 'succeeded' } });

  const removed = await client.call('restow.v1.Restow/RemoveService', { service: 'web' });
  expect(removed.at(-1)).toMatchObject({ ended: { kind: 'remove', state: 'succeeded' } });
  await expect(client.call('restow.v1.Restow/GetService', { service: 'web' })).rejects.toMatchObject({
    code: status.NOT_FOUND,
  });
});

test('a refusal brings its sentence and, in a trailer, every problem', async () => {
  using client = dial();
  const refused = client.call('restow.v1.Restow/CreateService', {
    name: 'No Name',
    definition: { image: '', count: 0 },
  });
  const error = await refused.then(
    () => null,
    (thrown: { code: number; metadata: { get(name: string): unknown[] } }) => thrown,
  );
  expect(error?.code).toBe(status.INVALID_ARGUMENT);
  const { code, problems } = JSON.parse(String(error?.metadata.get('restow-error')[0]));
  expect(code).toBe('invalid');
  expect(problems.map(({ field }: { field: string }) => field)).toEqual(expect.arrayContaining(['name', 'image']));
});
