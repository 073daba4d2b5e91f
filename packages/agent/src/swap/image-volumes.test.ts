import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../../test/lib/an-instance.ts';
import { imageVolumeName, volumesOf } from './image-volumes.ts';

const image = { kind: 'local', reference: 'app', imageId: 'sha256:00', nodeId: 'n1' } as const;
const data = { name: 'web-1-data', path: '/data', readOnly: false };

describe('volumes of an instance', () => {
  it.each<[string, (typeof data)[], string[], string[]]>([
    ['the definition’s alone', [data], [], ['/data']],
    ['one more for a VOLUME that no mount covers', [data], ['/logs'], ['/data', '/logs']],
    ['none more for one that is covered', [data], ['/data'], ['/data']],
    ['none more for one written otherwise', [data], ['/data/', '//data', 'data'], ['/data']],
    ['one below a mount is one of its own', [data], ['/data/sub'], ['/data', '/data/sub']],
    ['in an order of their own, not the image’s', [], ['/b', '/a'], ['/a', '/b']],
  ])('%s', (_, volumes, declared, expected) => {
    expect(volumesOf(anInstance(image, { volumes }), declared).map(({ path }) => path)).toEqual(expected);
  });

  it('have one name in all instances of a slot, and another in every other slot', () => {
    const one = anInstance(image);
    const next = anInstance(image);
    const other = anInstance(image, { slotId: 'another' });
    expect(imageVolumeName(one, '/var/lib/mysql')).toMatch(/^web-1-var-lib-mysql-[0-9a-f]{8}$/);
    expect(imageVolumeName(next, '/var/lib/mysql')).toBe(imageVolumeName(one, '/var/lib/mysql'));
    expect(imageVolumeName(other, '/var/lib/mysql')).not.toBe(imageVolumeName(one, '/var/lib/mysql'));
    expect(imageVolumeName(one, '/a/b')).not.toBe(imageVolumeName(one, '/a-b'));
    expect(imageVolumeName(one, '/ü')).toMatch(/^web-1-[0-9a-f]{8}$/);
  });
});
