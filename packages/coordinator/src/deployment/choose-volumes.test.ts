import type { VolumeMount } from '@restow/shared/domain/service';
import type { Volume } from '@restow/shared/domain/slot';
import { describe, expect, test } from 'vitest';
import { chooseVolumes } from './choose-volumes.ts';

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
  { reuse = true, of = slot as Parameters<typeof chooseVolumes>[1] } = {},
) => {
  const chosen = chooseVolumes(service, of, mounts, volumes, reuse);
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
      ...chooseVolumes({ ...service, id: 'other' }, slot, [mount('/a/b')], [], true).mounts.map(({ name }) => name),
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
