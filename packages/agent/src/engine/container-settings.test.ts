import { defaultContainerSettings } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { containerConfig, hostConfig } from './container-settings.ts';

const plain = { settings: defaultContainerSettings, exposed: [], memoryBytes: null, hostPaths: [] };

describe('what an engine is told of how a container runs', () => {
  test('nothing where nothing was said, so that image and engine decide', () => {
    for (const value of Object.values({ ...containerConfig(plain), ...hostConfig(plain) }))
      expect(value).toBeUndefined();
  });

  test.each([
    ['/dev/null', { PathOnHost: '/dev/null', PathInContainer: '/dev/null', CgroupPermissions: 'rwm' }],
    ['/dev/null:/dev/x', { PathOnHost: '/dev/null', PathInContainer: '/dev/x', CgroupPermissions: 'rwm' }],
    ['/dev/null:/dev/x:r', { PathOnHost: '/dev/null', PathInContainer: '/dev/x', CgroupPermissions: 'r' }],
    ['/dev/null:rw', { PathOnHost: '/dev/null', PathInContainer: '/dev/null', CgroupPermissions: 'rw' }],
  ])('device %s', (text, device) => {
    const settings = { ...defaultContainerSettings, devices: [text] };
    expect(hostConfig({ ...plain, settings }).Devices).toEqual([device]);
  });

  test('host paths, for writing and for reading', () => {
    const hostPaths = [
      { hostPath: '/srv/a', path: '/a', readOnly: false },
      { hostPath: '/srv/b', path: '/b', readOnly: true },
    ];
    expect(hostConfig({ ...plain, hostPaths }).Binds).toEqual(['/srv/a:/a', '/srv/b:/b:ro']);
  });

  test('every port that is named, published or not', () => {
    const exposed = [
      { containerPort: 80, protocol: 'tcp' as const },
      { containerPort: 53, protocol: 'udp' as const },
    ];
    expect(containerConfig({ ...plain, exposed }).ExposedPorts).toEqual({ '80/tcp': {}, '53/udp': {} });
  });
});
