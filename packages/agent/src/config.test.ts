import { RestowError } from '@restow/shared/base/errors';
import { expect, test } from 'vitest';
import { defaultDataDir, readConfig, readLeaveWishes } from './config.ts';

const machine = {
  hostname: 'Web-3.example.com',
  readFile: (path: string) => {
    if (path === '/token') return 'secret\n';
    throw new Error(`ENOENT: no such file or directory, open '${path}'`);
  },
};
const problemsOf = (argv: string[], env: NodeJS.ProcessEnv = {}): string[] => {
  try {
    readConfig(argv, env, machine);
  } catch (error) {
    if (error instanceof RestowError) return error.problems.map(({ field, message }) => `${field} ${message}`);
    throw error;
  }
  return [];
};

test('a coordinator and a token are enough; the name is the first label of the host name', () => {
  expect(readConfig(['--coordinator', '10.0.0.1:7600', '--token-file', '/token'], {}, machine)).toEqual({
    coordinator: '10.0.0.1:7600',
    token: 'secret',
    dataDir: '/var/lib/restow-agent',
    nodeName: 'web-3',
    underlay: null,
    publicAddress: null,
    nodeSubnet: null,
    dockerSocket: '/var/run/docker.sock',
  });
});

test('a flag wins over the environment', () => {
  const env = {
    RESTOW_COORDINATOR: 'a:1',
    RESTOW_TOKEN: 'from-env',
    RESTOW_NODE_NAME: 'n1',
    RESTOW_UNDERLAY: '10.0.0.7',
  };
  expect(readConfig(['--name', 'n2'], env, machine)).toMatchObject({
    coordinator: 'a:1',
    token: 'from-env',
    nodeName: 'n2',
    underlay: '10.0.0.7',
  });
});

test('everything wrong is said at once', () => {
  const argv = [
    '--coordinator',
    'here',
    '--token-file',
    '/none',
    '--name',
    'n_1',
    '--underlay',
    'eth0',
    '--node-subnet',
    '10/8',
  ];
  expect(problemsOf(argv)).toEqual([
    expect.stringContaining('--coordinator "here" is not HOST:PORT'),
    expect.stringContaining('--token-file /none cannot be read (ENOENT'),
    expect.stringContaining('--name "n_1" is not a DNS label'),
    '--underlay "eth0" is not an IP address',
    expect.stringContaining('--node-subnet "10/8" is not an IPv4 subnet'),
  ]);
});

test('a token that is not given, and an unknown flag, are refused', () => {
  expect(problemsOf(['--coordinator', 'a:1'])).toEqual([expect.stringContaining('--token-file is missing')]);
  expect(problemsOf(['--colour'])).toEqual([expect.stringContaining("options Unknown option '--colour'")]);
});

test('an agent that leaves is told the data directory, the engine, and what to leave', () => {
  const usual = { dataDir: defaultDataDir, dockerSocket: '/var/run/docker.sock', kernelOnly: false };
  expect(readLeaveWishes([], {})).toEqual(usual);
  expect(readLeaveWishes(['--data', '/d', '--kernel-only'], {})).toEqual({ ...usual, dataDir: '/d', kernelOnly: true });
  expect(readLeaveWishes([], { RESTOW_AGENT_DATA: '/e' })).toEqual({ ...usual, dataDir: '/e' });
  expect(() => readLeaveWishes(['--colour'], {})).toThrow('--help');
});
