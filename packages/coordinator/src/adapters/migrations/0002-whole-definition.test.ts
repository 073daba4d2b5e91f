import { DatabaseSync } from 'node:sqlite';
import { checkDefinition } from '@restow/shared/domain/check-definition';
import { defaultDefinition, type ServiceDefinition } from '@restow/shared/domain/service';
import { expect, test } from 'vitest';
import { migrate } from '../sqlite-store/migrate.ts';
import { spine } from './0001-spine.ts';
import { wholeDefinition } from './0002-whole-definition.ts';
import { names } from './0003-names.ts';

/** A definition as schema 1 had it. */
const earlier = {
  image: 'app:v1',
  count: 2,
  tags: ['prod'],
  strategy: 'EMPTIEST_NODE',
  ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }],
  env: { A: '1' },
  command: null,
  entrypoint: null,
  volumes: [{ path: '/data', access: 'exclusive', readOnly: false }],
  labels: {},
  memoryBytes: null,
  healthCheck: { kind: 'image' },
  stopSignal: null,
  stopGraceMs: 10_000,
  update: defaultDefinition('').update,
};

test('a store of the spine keeps its services, with every field an engine is now told', async () => {
  using file = new DatabaseSync(':memory:');
  await migrate(file, 'cluster.db', [spine], () => 1);
  const text = JSON.stringify(earlier);
  file.exec(`
    insert into nodes values ('n', 'n1', '[]', 'active', null, '', '', '', '{}', '{}', 0, 1, 1);
    insert into services values ('s', 'web', '${text}', 1, 1, 1, null);
    insert into revisions values ('r', 's', 1, '${text}', 1, '{}', 1);
    insert into deployments values ('d', 1, 'deploy', 's', 'web', 'r', 'succeeded', '', null, 'me', '{}', null, 1, 1, 1);
    insert into slots values ('one', 's', 1, '10.7.0.1', 'i', 'r', 'n', 'd', null);
    insert into slots values ('two', 's', 2, '10.7.0.2', null, null, null, null, null);
    insert into volumes values ('v', 'web-1-data', 'n', 's', 'one', '/data', 'definition', 'attached', 1);
  `);

  await migrate(file, 'cluster.db', [spine, wholeDefinition, names], () => 2);

  const wanted: ServiceDefinition = {
    ...defaultDefinition('app:v1'),
    count: 2,
    tags: ['prod'],
    ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp', published: true }],
    env: { A: '1' },
    volumes: [{ path: '/data', name: null, access: 'exclusive', readOnly: false }],
  };
  for (const table of ['services', 'revisions']) {
    const row = file.prepare(`select definition from ${table}`).get();
    expect(JSON.parse(String(row?.definition))).toEqual(wanted);
  }
  const slots = file.prepare('select id, desired_ports from slots order by id').all();
  expect(slots.map(({ id, desired_ports: ports }) => [id, ports && JSON.parse(String(ports))])).toEqual([
    ['one', [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }]],
    ['two', null],
  ]);
  expect(file.prepare('select mount_name from volumes').get()).toEqual({ mount_name: null });
});

test('a deployment under way goes on: its volumes are its own, and its old instances have their ports', async () => {
  using file = new DatabaseSync(':memory:');
  await migrate(file, 'cluster.db', [spine], () => 1);
  const text = JSON.stringify(earlier);
  const volume = { name: 'web-1-data', path: '/data', fresh: false, readOnly: false };
  const from = { nodeId: 'n', nodeName: 'n1', instanceId: 'old', revisionNumber: 1, deploymentId: 'd', away: false };
  const plan = JSON.stringify({
    serviceId: 's',
    swaps: [
      { slotIndex: 1, from, volumes: [volume] },
      { from: null, volumes: [] },
    ],
  });
  file.exec(`
    insert into services values ('s', 'web', '${text}', 1, 1, 1, null);
    insert into revisions values ('r', 's', 1, '${text}', 1, '{}', 1);
    insert into deployments values ('d', 1, 'deploy', 's', 'web', 'r', 'succeeded', '', null, 'me', '{}', '${plan}', 1, 1, 1);
    insert into deployments values ('e', 2, 'redeploy', 's', 'web', 'r', 'rolling', '', null, 'me', '{}', '${plan}', 1, 1, null);
  `);
  await migrate(file, 'cluster.db', [spine, wholeDefinition, names], () => 2);
  const plans = file.prepare('select plan from deployments order by id').all();
  const [ended, open] = plans.map((row) => JSON.parse(String(row.plan)));
  expect(ended).toEqual(JSON.parse(plan));
  expect(open.swaps).toEqual([
    {
      slotIndex: 1,
      from: { ...from, ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }] },
      volumes: [{ ...volume, mountName: null, from: null }],
    },
    { from: null, volumes: [] },
  ]);
});

test('EVERY_NODE has no count of its own any more', async () => {
  using file = new DatabaseSync(':memory:');
  await migrate(file, 'cluster.db', [spine], () => 1);
  const text = JSON.stringify({ ...earlier, strategy: 'EVERY_NODE', count: 3 });
  file.exec(`insert into services values ('s', 'web', '${text}', 1, 1, 1, null);`);
  await migrate(file, 'cluster.db', [spine, wholeDefinition, names], () => 2);
  const { definition } = file.prepare('select definition from services').get()!;
  expect(checkDefinition(JSON.parse(String(definition)))).toEqual([]);
});
