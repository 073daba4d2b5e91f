import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../../test/lib/an-instance.ts';
import { imageVolumeName, volumesOf } from './image-volumes.ts';

const image = { kind: 'local', reference: 'app', imageId: 'sha256:00', nodeId: 'n1' } as const;
const data = { name: 'web-1-data', path: '/data', readOnly: false, borrowed: false };

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

  it('have one name however often a deployment asks, and another in every other slot, deployment and path', () => {
    const one = anInstance(image);
    const again = anInstance(image);
    expect(imageVolumeName(one, '/var/lib/mysql')).toMatch(/^web-1-var-lib-mysql-[0-9a-f]{8}$/);
    expect(imageVolumeName(again, '/var/lib/mysql')).toBe(imageVolumeName(one, '/var/lib/mysql'));
    const names = [
      imageVolumeName(one, '/a/b'),
      imageVolumeName(one, '/a-b'),
      imageVolumeName(anInstance(image, { slotId: 'another' }), '/a/b'),
      imageVolumeName(anInstance(image, { deploymentId: 'the next' }), '/a/b'),
    ];
    expect(new Set(names).size).toBe(4);
    expect(imageVolumeName(one, '/ü')).toMatch(/^web-1-[0-9a-f]{8}$/);
  });

  it('VOL-01: one that the order names is used again, in place of one of this deployment', () => {
    const kept = { name: 'web-1-logs-00000000', path: '/logs', readOnly: false, borrowed: false };
    expect(volumesOf(anInstance(image, { volumes: [kept] }), ['/logs'])).toEqual([kept]);
  });
});
