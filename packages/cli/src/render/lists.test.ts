import { expect, test } from 'vitest';
import { aDeployment, aNode, anImage, aService, aSlot, aVolume, start } from '../../../../test/lib/views.ts';
import { deploymentList } from './deployment-list.ts';
import type { Look } from './look.ts';
import { nodeList } from './node-list.ts';
import { colours, noColours } from './paint.ts';
import { isMarked, serviceList } from './service-list.ts';
import { isMarked as isMarkedSlot, slotList } from './slot-list.ts';
import { tagList, tagsOf, tagUses } from './tag-list.ts';
import { volumeList } from './volume-list.ts';

const look: Look = { now: start + 200_000, trunc: true, paint: noColours };

test('service ls: what runs of what is wanted, marked where it is not what is defined', () => {
  const services = [
    aService(),
    aService({
      name: 'db',
      state: 'Partly running',
      synchronized: false,
      slots: [aSlot(1), aSlot(2, { state: 'gone' })],
    }),
    aService({
      name: 'new',
      state: 'Not running',
      synchronized: false,
      slots: [],
      revisionNumber: null,
      deploymentNumber: null,
    }),
  ];
  expect(serviceList(services, look)).toBe(
    `NAME   STATE                IMAGE                  SLOTS   PORTS          REVISION   DEPLOYMENT
web    Running              registry:5000/app:v1   2/2     8080->80/tcp   1          7
db     Partly running (*)   registry:5000/app:v1   1/2     8080->80/tcp   1          7
new    Not running          registry:5000/app:v1   0/2     8080->80/tcp   -          -
`,
  );
  expect(services.map(isMarked)).toEqual([false, true, false]);
});

test('service ls: a service of a stack by its whole name', () =>
  expect(serviceList([aService({ name: 'db', stack: 'common' })], look)).toContain('\ndb.common   Running'));

test('service ls: a service on every node wants as many slots as it has', () => {
  const everywhere = aService();
  everywhere.definition = { ...everywhere.definition, strategy: 'EVERY_NODE', count: 1 };
  expect(serviceList([everywhere], look)).toContain(' 2/2 ');
});

test('service ps: where the cluster has a zone, the name of each slot in it', () => {
  const named = slotList([aSlot(1, { publicDns: 'web-1.main.cont.example.test' }), aSlot(2)], look).split('\n');
  expect(named[0]).toMatch(/ PUBLIC NAME$/);
  expect(named[1]).toMatch(/ web-1\.main\.cont\.example\.test$/);
  expect(named[2]).toMatch(/ -$/);
  expect(slotList([aSlot(1)], look)).not.toContain('PUBLIC NAME');
});

test('service ps: node, address, state, image and digest of each slot', () => {
  const slots = [
    aSlot(1, {
      health: 'healthy',
      ports: [
        { containerPort: 53, protocol: 'udp', hostPort: 32_768 },
        { containerPort: 90, protocol: 'tcp', hostPort: null },
      ],
    }),
    aSlot(2, { state: 'stopped', exitCode: 3, synchronized: false, image: anImage('v2') }),
    aSlot(3, {
      nodeName: null,
      address: '',
      ports: [],
      state: 'gone',
      image: null,
      revisionNumber: null,
      instanceId: null,
      startedAt: null,
      synchronized: false,
    }),
  ];
  expect(slotList(slots, look)).toBe(
    `SLOT    NODE   ADDRESS    STATE                       HEALTH    IMAGE                                 REVISION   PORTS                                INSTANCE   SINCE
web-1   n1     10.7.0.1   running                     healthy   registry:5000/app:v1 (aa1100000000)   1          n1:32768->53/udp, 90/tcp (private)   00000301   3 min ago
web-2   n2     10.7.0.2   stopped (exit code 3) (*)   -         registry:5000/app:v2 (bb2200000000)   1          n2:8080->80/tcp                      00000302   3 min ago
web-3   -      -          gone                        -         -                                     -          -                                    -          -
`,
  );
  expect(slots.map(isMarkedSlot)).toEqual([false, true, false]);
});

test('service ps --no-trunc: ids and digests whole', () => {
  const text = slotList([aSlot()], { ...look, trunc: false });
  expect(text).toContain(`(sha256:aa11${'0'.repeat(60)})`);
  expect(text).toContain(aSlot().instanceId);
});

test('node ls: ready, cordoned, out of reach', () => {
  const nodes = [
    aNode(1),
    aNode(2, { availability: 'cordoned', tags: [] }),
    aNode(3, { unreachableSince: start + 140_000, slots: [] }),
  ];
  expect(nodeList(nodes, look)).toBe(
    `NAME   STATE                  TAGS   ADDRESS        SLOTS   CORES   MEMORY FREE        ENGINE     ID
n1     ready                  prod   198.51.100.1   1       2       1.5 GiB of 4 GiB   20.10.24   00000201
n2     cordoned               -      198.51.100.2   1       2       1.5 GiB of 4 GiB   20.10.24   00000202
n3     unreachable for 60 s   prod   198.51.100.3   0       2       1.5 GiB of 4 GiB   20.10.24   00000203
`,
  );
});

test('volume ls: a detached volume is listed too', () => {
  expect(volumeList([aVolume(), aVolume({ name: 'restow-web-1-old', state: 'detached' })], look)).toBe(
    `NAME                NODE   SERVICE   SLOT    PATH    STATE      CREATED     ID
restow-web-1-data   n1     web       web-1   /data   attached   3 min ago   00000400
restow-web-1-old    n1     web       web-1   /data   detached   3 min ago   00000400
`,
  );
});

test('deployment ls: every attempt, how it ended and why', () => {
  const reason = `Rolled back. web-1 on n1, take: ${'it ended '.repeat(9)}\n  | boom`;
  const deployments = [
    aDeployment({ number: 8, state: 'undone', reason }),
    aDeployment({ state: 'rolling', endedAt: null }),
    aDeployment({ number: 6, kind: 'remove', plan: null, revisionNumber: null }),
  ];
  expect(deploymentList(deployments, look)).toBe(
    `NUMBER   SERVICE   KIND       STATE       REVISION   IMAGE                                 BY         ASKED       TOOK     REASON
8        web       redeploy   undone      2          registry:5000/app:v2 (bb2200000000)   operator   3 min ago   12.3 s   Rolled back. web-1 on n1, take: it ended it ended it ende...
7        web       redeploy   rolling     2          registry:5000/app:v2 (bb2200000000)   operator   3 min ago   -
6        web       remove     succeeded   -          -                                     operator   3 min ago   12.3 s
`,
  );
});

test('tag ls: who carries a tag, and who asks for it', () => {
  const web = aService();
  web.definition = { ...web.definition, tags: ['frontend', 'prod'] };
  expect(tagList(tagUses([aNode(1), aNode(2), aNode(3, { tags: ['dev'] })], [web]))).toBe(
    `TAG        NODES    SERVICES
dev        n3       -
frontend   -        web
prod       n1, n2   web
`,
  );
  expect(
    tagsOf([
      { kind: 'service', name: 'web', tags: ['a', 'b'] },
      { kind: 'node', name: 'n1', tags: [] },
    ]),
  ).toBe('web   service   a, b\nn1    node      -\n');
});

test('colours do not move a column', () => {
  const painted = serviceList([aService(), aService({ name: 'db', state: 'Stopped' })], { ...look, paint: colours });
  expect(painted).toContain('\u001b[32mRunning\u001b[39m   registry');
  expect(painted).toContain('\u001b[31mStopped\u001b[39m   registry');
});
