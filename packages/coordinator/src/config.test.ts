import { isRestowError } from '@restow/shared/base/errors';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('with nothing given it listens on this machine only', () => {
  expect(readConfig([], {})).toEqual({
    dataDir: '/var/lib/restow',
    host: '127.0.0.1',
    port: 7600,
    nats: null,
    network: {},
    dynamicPorts: { first: 32_000, last: 32_767 },
    heartbeatMs: 5000,
    dockerCloudUrl: null,
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

test('what is said of the network is kept apart from what is not, and checked together with it', () => {
  const env = { RESTOW_MTU: '8950', RESTOW_VXLAN_PORT: '4790' };
  expect(readConfig(['--vxlan-port', '4791'], env).network).toEqual({ vxlanPort: 4791, mtu: 8950 });
  try {
    readConfig(
      ['--node-subnet', '10.7.1.0/24', '--mtu', 'big', '--vxlan-port', '', '--dynamic-ports', '4000-5000'],
      {},
    );
    expect.unreachable();
  } catch (error) {
    expect(isRestowError(error, 'invalid') && error.problems.map(({ field }) => field)).toEqual([
      ...['--node-subnet', '--vxlan-port', '--mtu'],
    ]);
  }
  expect(() => readConfig(['--dynamic-ports', '4000-5000'], {})).toThrow('cannot start with these settings');
});

test('an unknown flag is refused with the usage', () => {
  expect(() => readConfig(['--port', '1'], {})).toThrow(/--port.*\n*Usage/s);
});

test('where Docker Cloud’s API is answered is a base without a path', () => {
  expect(readConfig(['--docker-cloud-url', 'http://10.0.0.2:7601/'], {}).dockerCloudUrl).toBe('http://10.0.0.2:7601');
  expect(readConfig([], { RESTOW_DOCKER_CLOUD_URL: 'https://cloud.example.test' }).dockerCloudUrl).toBe(
    'https://cloud.example.test',
  );
  for (const wrong of ['10.0.0.2:7601', 'ws://10.0.0.2', 'http://10.0.0.2/api', 'http://a b'])
    expect(() => readConfig(['--docker-cloud-url', wrong], {})).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ field: '--docker-cloud-url' })] }),
    );
});
