import type { PlannedVolume } from '@restow/shared/domain/plan';
import type { VolumeMount } from '@restow/shared/domain/service';
import type { Volume } from '@restow/shared/domain/slot';
import { describe, expect, test } from 'vitest';
import { chooseVolumes, type VolumeChoice } from './choose-volumes.ts';

const service = { id: '11111111-1111-4111-8111-111111111111', name: 'web' };
const slot = { index: 1, id: 'slot-1', currentNodeId: 'n1' };
const mount = (path: string, changes: Partial<VolumeMount> = {}): VolumeMount => ({
  path,
  name: null,
  access: 'exclusive',
  readOnly: false,
  ...changes,
});
const volume = (name: string, path: string, changes: Partial<Volume> = {}): Volume => ({
  id: `id-${name}`,
  name,
  nodeId: 'n1',
  serviceId: service.id,
  slotId: slot.id,
  path,
  mountName: null,
  origin: 'definition',
  state: 'attached',
  createdAt: 0,
  ...changes,
});
const choose = (
  mounts: VolumeMount[],
  volumes: Volume[],
  {
    reuse = true,
    owner = service,
    of = slot as VolumeChoice['slot'],
    lent = [] as PlannedVolume[],
    pathsOfNode = [] as string[],
  } = {},
) => {
  const outcome = chooseVolumes({ service: owner, slot: of, mounts, volumes, reuse, lent, pathsOfNode });
  if (!outcome.ok) return expect.unreachable(`volume ${outcome.refusal.volume.name} is held`);
  const chosen = outcome.value;
  return {
    ...chosen,
    names: chosen.mounts.map(({ name }) => name),
    reused: chosen.reused.map(({ name }) => name),
    detached: chosen.detached.map(({ name }) => name),
  };
};

describe('VOL-02: each slot has volumes of its own', () => {
  test('a mount without a volume gets a fresh one, named after service, slot and path', () => {
    const { mounts, reused, detached } = choose([mount('/var/lib/db', { readOnly: true })], []);
    expect(mounts).toEqual([
      {
        name: expect.stringMatching(/^web-1-var-lib-db-[0-9a-f]{8}$/),
        path: '/var/lib/db',
        fresh: true,
        readOnly: true,
        mountName: null,
        from: null,
      },
    ]);
    expect([reused, detached]).toEqual([[], []]);
  });
  test('the same inputs give the same name', () =>
    expect(choose([mount('/data')], []).names).toEqual(choose([mount('/data')], []).names));
  test('another slot, path or service of the same name gets another one', () => {
    const names = [
      ...choose([mount('/a/b'), mount('/a-b')], []).names,
      ...choose([mount('/a/b')], [], { of: { ...slot, index: 2 } }).names,
      ...choose([mount('/a/b')], [], { owner: { ...service, id: 'other' } }).names,
    ];
    expect(new Set(names).size).toBe(4);
  });
  test('a name is one an engine takes, however long the path', () =>
    expect(choose([mount(`/${'ü/x'.repeat(80)}`)], []).names[0]).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,70}$/));
});

describe('DC-20, TU-12, VOL-03: with reuse', () => {
  test('a mount gets its own volume again', () => {
    const chosen = choose([mount('/data')], [volume('d', '/data'), volume('x', '/data', { slotId: 'slot-2' })]);
    expect(chosen.mounts).toEqual([
      { name: 'd', path: '/data', fresh: false, readOnly: false, mountName: null, from: null },
    ]);
    expect(chosen).toMatchObject({ reused: ['d'], detached: [] });
  });
  test('another spelling of the path is the same mount', () =>
    expect(choose([mount('/data/')], [volume('d', '/data')])).toMatchObject({ reused: ['d'] }));
  test('a detached volume is not taken up again by itself', () =>
    expect(choose([mount('/data')], [volume('d', '/data', { state: 'detached' })])).toMatchObject({ reused: [] }));
  test('a mount the definition dropped lets its volume go', () =>
    expect(choose([mount('/data')], [volume('d', '/data'), volume('c', '/cache')])).toMatchObject({
      reused: ['d'],
      detached: ['c'],
    }));
  test('a volume the image asked for stays at its path', () => {
    const chosen = choose([mount('/data')], [volume('d', '/data'), volume('i', '/var/db', { origin: 'image' })]);
    expect(chosen.mounts[1]).toEqual({
      name: 'i',
      path: '/var/db',
      fresh: false,
      readOnly: false,
      mountName: null,
      from: null,
    });
    expect(chosen).toMatchObject({ reused: ['d', 'i'], detached: [] });
  });
  test('a host path at the path of an image volume takes its place; the volume is detached', () => {
    const had = [volume('i', '/var/db', { origin: 'image' }), volume('j', '/var/log', { origin: 'image' })];
    expect(choose([], had, { pathsOfNode: ['/var/db/'] })).toMatchObject({
      ...{ names: ['j'], reused: ['j'], detached: ['i'] },
    });
  });
  test('a mount at the path of an image volume takes that one', () =>
    expect(choose([mount('/var/db')], [volume('i', '/var/db', { origin: 'image' })])).toMatchObject({
      names: ['i'],
      reused: ['i'],
    }));
  test('of two for one path the one where the slot runs is its data; the other is let go', () =>
    expect(
      choose([mount('/data')], [volume('new', '/data', { nodeId: 'n2', createdAt: 9 }), volume('old', '/data')]),
    ).toMatchObject({ reused: ['old'], detached: ['new'] }));
});

describe('DC-20: without reuse', () => {
  const before = choose([mount('/data')], []).names[0]!;
  test('fresh ones under other names; the old ones are detached, those of the image too', () => {
    const chosen = choose([mount('/data')], [volume(before, '/data'), volume('i', '/var/db', { origin: 'image' })], {
      reuse: false,
    });
    expect(chosen.mounts).toHaveLength(1);
    expect(chosen.mounts[0]).toMatchObject({ fresh: true });
    expect(chosen.names).not.toContain(before);
    expect(chosen).toMatchObject({ reused: [], detached: expect.arrayContaining([before, 'i']) });
  });
  test('and again, with the older one already detached', () => {
    const second = choose([mount('/data')], [volume(before, '/data')], { reuse: false }).names[0]!;
    const third = choose([mount('/data')], [volume(before, '/data', { state: 'detached' }), volume(second, '/data')], {
      reuse: false,
    }).names[0]!;
    expect(new Set([before, second, third]).size).toBe(3);
  });
});

describe('a mount with a name', () => {
  const named = mount('/data', { name: 'pg' });
  test('gets a volume of that name and the number of its slot', () =>
    expect(choose([named], []).mounts).toEqual([
      { name: 'pg-1', path: '/data', fresh: true, readOnly: false, mountName: 'pg', from: null },
    ]));
  test('finds the detached one of its name again, whoever left it', () => {
    const left = volume('pg-1', '/elsewhere', { state: 'detached', slotId: 'other', serviceId: 'gone', nodeId: 'n3' });
    expect(choose([named], [left])).toMatchObject({
      mounts: [{ name: 'pg-1', fresh: false, found: true }],
      reused: ['pg-1'],
    });
  });
  test('finds its own before that of another', () => {
    const theirs = volume('pg-1', '/data', {
      id: 'theirs',
      state: 'detached',
      serviceId: 'x',
      slotId: 'x',
      createdAt: 9,
    });
    const own = volume('pg-1', '/data', { id: 'own', state: 'detached', nodeId: 'n2' });
    const chosen = chooseVolumes({ service, slot, mounts: [named], volumes: [theirs, own], reuse: true });
    expect(chosen.ok && chosen.value.reused.map(({ id }) => id)).toEqual(['own']);
  });
  test('is refused while another slot has it', () => {
    const theirs = volume('pg-1', '/data', { serviceId: 'x', slotId: 'x' });
    const chosen = chooseVolumes({ service, slot, mounts: [named], volumes: [theirs], reuse: true });
    expect(chosen).toEqual({ ok: false, refusal: { path: '/data', volume: theirs } });
  });
  test('another name at the same path is another volume, and the old one is detached', () =>
    expect(choose([named], [volume('d', '/data')])).toMatchObject({ names: ['pg-1'], detached: ['d'] }));
  test('is the volume of its name wherever it is mounted now, also where two change places', () => {
    const had = [volume('pg-1', '/data', { mountName: 'pg' }), volume('log-1', '/log', { mountName: 'log' })];
    const moved = choose([mount('/log', { name: 'pg' }), mount('/data', { name: 'log' })], had);
    expect(moved.mounts).toMatchObject([
      { name: 'pg-1', path: '/log', fresh: false },
      { name: 'log-1', path: '/data', fresh: false },
    ]);
    expect(moved.detached).toEqual([]);
  });
  test('fresh ones get a name nobody has', () => {
    const chosen = choose([named], [volume('pg-1', '/data', { mountName: 'pg' })], { reuse: false });
    expect(chosen.names[0]).toMatch(/^web-1-pg-[0-9a-f]{8}$/);
    expect(chosen.detached).toEqual(['pg-1']);
  });
});

describe('VOL-06: what other services lend', () => {
  const theirs: PlannedVolume = {
    ...{ name: 'db-1-data', path: '/data', fresh: false, readOnly: true, mountName: null, from: 'db-1' },
  };
  test('is mounted at the same path, and is nothing of the slot', () =>
    expect(choose([], [], { lent: [theirs] })).toMatchObject({ mounts: [theirs], reused: [], detached: [] }));
  test('a mount of its own wins', () =>
    expect(choose([mount('/data/')], [volume('d', '/data')], { lent: [theirs] }).names).toEqual(['d']));
});
