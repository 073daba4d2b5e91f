import { status } from '@grpc/grpc-js';
import { isRestowError } from '@restow/shared/base/errors';
import { type DefinitionField, defaultDefinition, defaultUpdatePolicy } from '@restow/shared/domain/service';
import type { ContainerSettings } from '@restow/shared/rpc/gen/restow/v1/ContainerSettings';
import type { ServiceDefinition } from '@restow/shared/rpc/gen/restow/v1/ServiceDefinition';
import type { UpdatePolicy } from '@restow/shared/rpc/gen/restow/v1/UpdatePolicy';
import { loadRestow } from '@restow/shared/rpc/load';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRequest, miswritten } from '../lib/miswritten.ts';
import { type RawAnswer, rawCall } from '../lib/raw-call.ts';
import { type ServedCoordinator, serveCoordinator } from '../lib/served-coordinator.ts';

const { service: methods } = loadRestow().Restow;

/** What is sent of one field, and which field the refusal has to name; empty where it is to be taken. */
type Sent = [definition: ServiceDefinition, names: string];

const policy = (update: UpdatePolicy): ServiceDefinition => ({
  update: { minRunningMs: 100, healthDeadlineMs: 60_000, watchMs: 0, ...update },
});
const container = (settings: ContainerSettings): ServiceDefinition => ({ settings });
/** What a list of the contract, sent by a client built from it, may hold of what no engine takes. */
const port = { containerPort: 80 };

/** A field of a definition without a case does not compile. Numbers below zero and beyond 32 bits are as clients cast them. */
const wrong: { [Field in DefinitionField]: Sent[] } = {
  image: [
    [{ image: '' }, 'image'],
    [{ image: 'UPPER' }, 'image'],
    [{ image: 'a\0b' }, 'image'],
    [{ image: '-v' }, 'image'],
  ],
  count: [
    [{ count: 0 }, 'count'],
    [{ count: 1001 }, 'count'],
    [{ count: -1 }, 'count'],
    [{ count: Number.NaN }, 'count'],
  ],
  tags: [
    [{ tags: [''] }, 'tags[0]'],
    [{ tags: ['a', 'a b'] }, 'tags[1]'],
    [{ tags: ['a', 'a'] }, 'tags[1]'],
  ],
  strategy: [
    [{ strategy: 'RANDOM' }, 'strategy'],
    [{ strategy: 'every_node' }, 'strategy'],
    [{ strategy: 'EVERY_NODE', count: 2 }, 'count'],
  ],
  ports: [
    [{ ports: [{}] }, 'ports[0].containerPort'],
    [{ ports: [{ containerPort: 65_536 }] }, 'ports[0].containerPort'],
    [{ ports: [{ ...port, hostPort: 70_000 }] }, 'ports[0].hostPort'],
    [{ ports: [{ ...port, protocol: 'sctp' }] }, 'ports[0].protocol'],
    [{ ports: [{ ...port, protocol: 'TCP' }] }, 'ports[0].protocol'],
    [{ ports: [{ ...port, exposedOnly: true, hostPort: 80 }] }, 'ports[0].hostPort'],
    [{ ports: [port, port] }, 'ports[1].containerPort'],
  ],
  env: [
    [{ env: { '': 'x' } }, 'env.'],
    [{ env: { 'A=B': 'x' } }, 'env.A=B'],
    [{ env: { A: '\0' } }, 'env.A'],
  ],
  secrets: [
    [{ secrets: ['NOWHERE'] }, 'secrets[0]'],
    [{ env: { A: '1' }, secrets: ['A', 'A'] }, 'secrets[1]'],
  ],
  command: [
    [{ command: { words: ['a\0'] } }, 'command[0]'],
    [{ command: { words: ['a', 'x'.repeat(2 ** 17)] } }, 'command[1]'],
  ],
  entrypoint: [[{ entrypoint: { words: ['\0'] } }, 'entrypoint[0]']],
  volumes: [
    [{ volumes: [{}] }, 'volumes[0].path'],
    [{ volumes: [{ path: '/a', access: 'mine' }] }, 'volumes[0].access'],
    [{ volumes: [{ path: '/a', name: '../a' }] }, 'volumes[0].name'],
    [{ volumes: [{ path: '/a' }, { path: '//a/' }] }, 'volumes[1].path'],
  ],
  hostPaths: [
    [{ hostPaths: [{ path: '/a' }] }, 'hostPaths[0].hostPath'],
    [{ hostPaths: [{ path: '', hostPath: '/a' }] }, 'hostPaths[0].path'],
    [{ hostPaths: [{ path: '/a', hostPath: '/a', access: 'Shared' }] }, 'hostPaths[0].access'],
    [{ hostPaths: [{ path: '/a', hostPath: '/a/../..' }] }, 'hostPaths[0].hostPath'],
  ],
  volumesFrom: [
    [{ volumesFrom: [{ service: '' }] }, 'volumesFrom[0].service'],
    [{ volumesFrom: [{ service: 'nobody' }] }, 'volumesFrom[0].service'],
    [{ volumesFrom: [{ service: 'bad' }] }, 'volumesFrom[0].service'],
  ],
  labels: [
    [{ labels: { '': '' } }, 'labels.'],
    [{ labels: { 'io.restow.slot': 'x' } }, 'labels.io.restow.slot'],
  ],
  memoryBytes: [
    [{ memoryBytes: 1 }, 'memoryBytes'],
    [{ memoryBytes: '18446744073709551615' }, 'memoryBytes'],
    [{ memoryBytes: '9223372036854775807' }, 'memoryBytes'],
  ],
  healthCheck: [
    [{ healthCheck: {} }, 'healthCheck.kind'],
    [{ healthCheck: { tcp: {} } }, 'healthCheck.port'],
    [{ healthCheck: { http: { port: 80, path: '' } } }, 'healthCheck.path'],
    [{ healthCheck: { http: { port: 99_999, path: '/' } } }, 'healthCheck.port'],
    [{ healthCheck: { command: {} } }, 'healthCheck.command'],
    [{ healthCheck: { command: { words: ['\0'] } } }, 'healthCheck.command[0]'],
  ],
  healthTiming: [
    [{ healthTiming: { intervalMs: 0 } }, 'healthTiming.intervalMs'],
    [{ healthTiming: { timeoutMs: -1 } }, 'healthTiming.timeoutMs'],
    [{ healthTiming: { retries: Number.NaN } }, 'healthTiming.retries'],
    [{ healthTiming: { startPeriodMs: 2 ** 32 - 1 } }, 'healthTiming.startPeriodMs'],
  ],
  stopSignal: [
    [{ stopSignal: 'TERMINATE' }, 'stopSignal'],
    [{ stopSignal: '-9' }, 'stopSignal'],
  ],
  stopGraceMs: [
    [{ stopGraceMs: -1 }, 'stopGraceMs'],
    [{ stopGraceMs: 3_600_001 }, 'stopGraceMs'],
  ],
  sequential: [[{ sequential: true, ...policy({ batch: 2 }) }, 'update.batch']],
  autorestart: [
    [{ autorestart: 'NEVER' }, 'autorestart'],
    [{ autorestart: 'always' }, 'autorestart'],
  ],
  autodestroy: [
    [{ autodestroy: 'YES' }, 'autodestroy'],
    [{ autodestroy: 'ALWAYS' }, 'autodestroy'],
  ],
  autoredeploy: [[{ autoredeploy: true }, 'autoredeploy']],
  links: [
    [{ links: [{ alias: 'db' }] }, 'links[0].service'],
    [{ links: [{ service: 'db' }] }, 'links[0].alias'],
    [{ links: [{ service: 'nobody', alias: 'x' }] }, 'links[0].service'],
    [{ links: [{ service: 'bad', alias: 'x' }] }, 'links[0].service'],
  ],
  roles: [[{ roles: [''] }, 'roles']],
  user: [
    [container({ user: 'a b' }), 'user'],
    [container({ user: 'a:b:c' }), 'user'],
  ],
  workingDir: [[container({ workingDir: '.' }), 'workingDir']],
  hostname: [[container({ hostname: '-' }), 'hostname']],
  domainname: [[container({ domainname: 'a b' }), 'domainname']],
  macAddress: [[container({ macAddress: 'ff:ff:ff:ff:ff:ff' }), 'macAddress']],
  cgroupParent: [[container({ cgroupParent: ' ' }), 'cgroupParent']],
  // A switch can only be on or off: what else may travel in its place is in the table of types below.
  privileged: [],
  readOnly: [],
  tty: [],
  stdinOpen: [],
  net: [
    [container({ net: 'none' }), 'net'],
    [{ ...container({ net: 'host' }), ports: [port] }, 'ports[0]'],
    [container({ net: 'host', macAddress: '02:00:5e:10:00:01' }), 'macAddress'],
  ],
  pid: [[container({ pid: 'container:x' }), 'pid']],
  dns: [[container({ dns: ['192.0.2.1', ''] }), 'dns[1]']],
  dnsSearch: [[container({ dnsSearch: [' '] }), 'dnsSearch[0]']],
  capAdd: [[container({ capAdd: ['NET_ADMIN', 'FLY'] }), 'capAdd[1]']],
  capDrop: [
    [container({ capDrop: ['FLY'] }), 'capDrop[0]'],
    [container({ capAdd: ['CHOWN'], capDrop: ['chown'] }), 'capDrop[0]'],
  ],
  devices: [[container({ devices: ['/dev/x:/dev/y:rwx'] }), 'devices[0]']],
  extraHosts: [[container({ extraHosts: ['db=192.0.2.1'] }), 'extraHosts[0]']],
  securityOpt: [[container({ securityOpt: [''] }), 'securityOpt[0]']],
  memorySwapBytes: [
    [{ memoryBytes: 2 ** 26, ...container({ memorySwapBytes: -2 }) }, 'memorySwapBytes'],
    [container({ memorySwapBytes: -1 }), 'memorySwapBytes'],
    [{ memoryBytes: 2 ** 26, ...container({ memorySwapBytes: '9223372036854775807' }) }, 'memorySwapBytes'],
  ],
  cpuShares: [
    [container({ cpuShares: 1 }), 'cpuShares'],
    [container({ cpuShares: -1 }), 'cpuShares'],
  ],
  cpuset: [[container({ cpuset: '1-' }), 'cpuset']],
  update: [
    [policy({ order: 'blue-green' }), 'update.order'],
    [policy({ batch: 0 }), 'update.batch'],
    [policy({ batch: -1 }), 'update.batch'],
    [policy({ minRunningMs: -1 }), 'update.minRunningMs'],
    [policy({ minRunningMs: 60_000 }), 'update.minRunningMs'],
    [policy({ healthDeadlineMs: 0 }), 'update.healthDeadlineMs'],
    [policy({ onFailure: 'cry' }), 'update.onFailure'],
    [policy({ watchMs: 3_600_001 }), 'update.watchMs'],
    [{ ...policy({ order: 'start-first' }), volumes: [{ path: '/a' }] }, 'update.order'],
  ],
};

const whole: ServiceDefinition = { image: 'r/app:v1', count: 1, stopGraceMs: 10_000 };
const cases = Object.values(wrong).flat();

describe('a definition that cannot be meant', () => {
  let coordinator: ServedCoordinator;
  beforeAll(async () => {
    coordinator = await serveCoordinator();
  });
  afterAll(() => coordinator[Symbol.asyncDispose]());

  const send = (path: string, bytes: Uint8Array, to = coordinator) => rawCall(to, path, bytes);
  const { CreateService, UpdateService, PlanService } = methods;
  const create = (definition: ServiceDefinition, name = 'bad') =>
    send(CreateService.path, CreateService.requestSerialize({ name, definition }));
  const namesOf = ({ problems }: RawAnswer): string[] => problems.map(({ field }) => field);
  const stored = async (): Promise<string[]> => (await coordinator.store.services.list()).map(({ name }) => name);

  test.each(cases)('%j is refused, and %s is named', async (definition, names) => {
    const answer = await create({ ...whole, ...definition });
    expect([answer.code, namesOf(answer)]).toEqual([status.INVALID_ARGUMENT, [names]]);
    expect(answer.message).toBe('Service "bad" was refused; nothing was changed.');
    expect(await stored()).toEqual([]);
  });

  test('without any of that it is taken: none of these is refused for what they have in common', async () => {
    await using other = await serveCoordinator();
    const { code } = await send(
      CreateService.path,
      CreateService.requestSerialize({ name: 'good', definition: whole }),
      other,
    );
    expect([code, (await other.store.services.list()).map(({ name }) => name)]).toEqual([status.OK, ['good']]);
  });

  test('all of it at once, of every field', async () => {
    const all = { ...whole, settings: {}, update: {} };
    // The first of each field is what is left in the end.
    for (const [{ settings, update, ...rest }] of cases.toReversed()) {
      Object.assign(all, rest);
      Object.assign(all.settings, settings);
      Object.assign(all.update, update);
    }
    const { code, problems } = await create(all, 'No_Name');
    expect(code).toBe(status.INVALID_ARGUMENT);
    const named = new Set(problems.map(({ field }) => field.split(/[.[]/)[0]));
    // Switches are never wrong by themselves.
    const never = ['privileged', 'readOnly', 'tty', 'stdinOpen', 'sequential'];
    const expected = Object.keys(wrong).filter((field) => !never.includes(field));
    expect([...named].filter((field) => field !== 'name').sort()).toEqual(expected.sort());
    expect(named).toContain('name');
  });

  describe('values of another type, by hand', () => {
    const written = miswritten('restow.v1.ServiceDefinition');

    test('every field of the contract is among them', () => {
      const top = new Set(written.map(({ path }) => path.split(/[.[]/)[0]));
      const { requestSerialize, requestDeserialize } = CreateService;
      const { definition } = requestDeserialize(requestSerialize({ definition: {} }));
      expect([...top].sort()).toEqual(Object.keys(definition!).sort());
      expect(written.map(({ path }) => path)).toEqual(expect.arrayContaining(['settings.tty', 'ports[0].hostPort']));
    });

    test.each(written.map(({ path, says, bytes }) => [path, says, bytes] as const))(
      '%s: %s',
      async (path, _, bytes) => {
        const answer = await send(CreateService.path, createRequest('bad', bytes));
        expect([answer.code, namesOf(answer)]).toEqual([status.INVALID_ARGUMENT, [`definition.${path}`]]);
        expect(await stored()).toEqual([]);
      },
    );

    test('all of them at once', async () => {
      const bytes = Buffer.concat(written.map((each) => each.bytes));
      const { code, problems } = await send(CreateService.path, createRequest('bad', bytes));
      // What a header cannot carry is counted.
      const [, more] = /^and (\d+) more$/.exec(problems.at(-1)!.message)!;
      expect([code, problems.length - 1 + Number(more)]).toEqual([status.INVALID_ARGUMENT, written.length]);
    });
  });

  test('no definition at all', async () => {
    for (const request of [{}, { name: 'bad' }]) {
      const answer = await send(CreateService.path, CreateService.requestSerialize(request));
      expect([answer.code, namesOf(answer)]).toEqual([status.INVALID_ARGUMENT, ['definition']]);
    }
    expect(namesOf(await create({}))).toEqual(['image', 'count']);
  });

  test.each(['', 'A', 'a_b', '-a', 'a'.repeat(64), 'ä', '../a', 'a\n'])('the name %j', async (name) =>
    expect(namesOf(await create(whole, name))).toEqual(['name']),
  );

  test('of a service there is: refused in an update and in a plan the same, and its definition stays', async () => {
    await using other = await serveCoordinator();
    const defined = await other.define();
    for (const [definition, names] of cases) {
      const request = { service: 'web', definition: { ...whole, ...definition } };
      for (const { path, requestSerialize } of [UpdateService, PlanService]) {
        const answer = await send(path, requestSerialize(request), other);
        // A switch to it is another refusal, which tells the rest as well (K8).
        const code = definition.strategy === 'EVERY_NODE' ? status.FAILED_PRECONDITION : status.INVALID_ARGUMENT;
        expect([answer.code, namesOf(answer)], JSON.stringify(definition)).toEqual([code, [names]]);
      }
    }
    const without = UpdateService.requestSerialize({ service: 'web' });
    expect(namesOf(await send(UpdateService.path, without, other))).toEqual(['definition']);
    expect(await other.store.services.get(defined.id)).toEqual(defined);
  });

  test('a number of ours that the wire would change is refused before it is sent, with all else', async () => {
    const client = coordinator.client();
    const definition = {
      ...defaultDefinition('UPPER'),
      count: 1.5,
      update: { ...defaultUpdatePolicy, batch: 2 ** 32 + 1 },
    };
    const attempts = [
      () => client.createService('bad', definition),
      () => client.planService('bad', undefined, { definition }),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toSatisfy(
        (error) =>
          isRestowError(error, 'invalid') &&
          String(error.problems.map(({ field }) => field)) === 'image,count,update.batch',
      );
    expect(await stored()).toEqual([]);
  });

  test('bytes of any kind, to any call: never INTERNAL, and the coordinator answers on', async () => {
    const wellFormed = CreateService.requestSerialize({
      name: 'bad',
      definition: { ...whole, image: 'NO/ONE', count: 0 },
    });
    const mutated = fc.tuple(fc.nat(wellFormed.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Uint8Array.from(wellFormed);
      bytes[at] = byte;
      return bytes;
    });
    const any = fc.oneof(fc.uint8Array({ maxLength: 40 }), mutated);
    const paths = Object.values(methods).map(({ path }) => path);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), any, async (path, bytes) => {
        const { code, message } = await send(path, bytes);
        expect([status.INTERNAL, status.UNKNOWN, status.UNAVAILABLE], message).not.toContain(code);
      }),
      { numRuns: 400 },
    );
    expect(await stored()).toEqual([]);
  });
});
