import { isRestowError } from '@restow/shared/base/errors';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('with nothing given it listens on this machine only', () => {
  expect(readConfig([], {})).toEqual({
    dataDir: '/var/lib/restow',
    host: '127.0.0.1',
    port: 7600,
    nats: null,
    overlaySubnet: '10.7.0.0/16',
    dynamicPorts: { first: 32_000, last: 32_767 },
    vxlanId: 77,
    heartbeatMs: 5000,
    zone: null,
  });
});

test('a flag wins over the environment', () => {
  const config = readConfig(['--listen', '10.0.0.1:0'], { RESTOW_LISTEN: '10.0.0.2:1', RESTOW_DATA: '/d' });
  expect(config).toMatchObject({ host: '10.0.0.1', port: 0, dataDir: '/d' });
});

test('all problems are said at once', () => {
  try {
    readConfig(['--listen', 'nowhere', '--overlay-subnet', '10.7.0.0', '--vxlan-id', '0'], {});
    expect.unreachable();
  } catch (error) {
    expect(isRestowError(error, 'invalid') && error.problems.map(({ field }) => field)).toEqual([
      '--listen',
      '--overlay-subnet',
      '--vxlan-id',
    ]);
  }
});

test('an unknown flag is refused with the usage', () => {
  expect(() => readConfig(['--port', '1'], {})).toThrow(/--port.*\n*Usage/s);
});
