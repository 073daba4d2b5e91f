import { DatabaseSync } from 'node:sqlite';
import { defaultDefinition, type ServiceDefinition } from '@restow/shared/domain/service';
import { expect, test } from 'vitest';
import { migrate } from '../sqlite-store/migrate.ts';
import { spine } from './0001-spine.ts';
import { wholeDefinition } from './0002-whole-definition.ts';

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

  await migrate(file, 'cluster.db', [spine, wholeDefinition], () => 2);

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
