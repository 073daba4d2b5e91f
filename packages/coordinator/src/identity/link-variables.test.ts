import { describe, expect, test } from 'vitest';
import { type LinkTarget, linkVariables } from './link-variables.ts';

const tcp = (containerPort: number) => ({ containerPort, protocol: 'tcp' }) as const;
const udp = (containerPort: number) => ({ containerPort, protocol: 'udp' }) as const;
const web = (changes: Partial<LinkTarget> = {}): LinkTarget => ({
  name: 'web-1',
  address: '10.7.0.1',
  ports: [tcp(80)],
  ...changes,
});

describe('link variables', () => {
  test('one port: all five', () =>
    expect(linkVariables([web()])).toEqual({
      WEB_1_PORT: 'tcp://10.7.0.1:80',
      WEB_1_PORT_80_TCP: 'tcp://10.7.0.1:80',
      WEB_1_PORT_80_TCP_ADDR: '10.7.0.1',
      WEB_1_PORT_80_TCP_PORT: '80',
      WEB_1_PORT_80_TCP_PROTO: 'tcp',
    }));
  test.each([
    ['the lowest, by number and not by letters', [tcp(443), tcp(80), tcp(8080)], 'tcp://10.7.0.1:80'],
    ['of both protocols TCP', [udp(53), tcp(53)], 'tcp://10.7.0.1:53'],
    ['UDP where that is all there is', [udp(53)], 'udp://10.7.0.1:53'],
  ])('the short one is %s', (_what, ports, url) =>
    expect(linkVariables([web({ ports })])).toMatchObject({ WEB_1_PORT: url }),
  );
  test('each port of each protocol has its own', () =>
    expect(linkVariables([web({ ports: [udp(53), tcp(53)] })])).toMatchObject({
      WEB_1_PORT_53_TCP: 'tcp://10.7.0.1:53',
      WEB_1_PORT_53_UDP: 'udp://10.7.0.1:53',
      WEB_1_PORT_53_UDP_PROTO: 'udp',
    }));
  test('every slot under its own name, in letters a shell takes', () =>
    expect(linkVariables([web({ name: 'my-db-12' }), web({ name: 'web-2', address: '10.7.0.2' })])).toMatchObject({
      MY_DB_12_PORT_80_TCP_ADDR: '10.7.0.1',
      WEB_2_PORT_80_TCP_ADDR: '10.7.0.2',
    }));
  test('without a port there is nothing to tell', () => expect(linkVariables([web({ ports: [] })])).toEqual({}));
  test('LNK-08: its own variables under its name', () =>
    expect(linkVariables([web({ ports: [], env: { WEBROOT: '/login', 'odd.name': '' } })])).toEqual({
      WEB_1_ENV_WEBROOT: '/login',
      'WEB_1_ENV_odd.name': '',
    }));
  test('what has no address is told no ports, and its variables all the same', () =>
    expect(linkVariables([web({ address: null, env: { A: '1' } })])).toEqual({ WEB_1_ENV_A: '1' }));
});

test('LNK-07, LNK-08: the documented table, for two containers of a service with port 80 and WEBROOT=/login', () => {
  const target = (index: number) => ({
    ...web({ name: `web-${index}`, address: `172.16.0.${index + 4}` }),
    env: { WEBROOT: '/login' },
  });
  expect(linkVariables([target(1), target(2)])).toEqual({
    WEB_1_PORT: 'tcp://172.16.0.5:80',
    WEB_1_PORT_80_TCP: 'tcp://172.16.0.5:80',
    WEB_1_PORT_80_TCP_ADDR: '172.16.0.5',
    WEB_1_PORT_80_TCP_PORT: '80',
    WEB_1_PORT_80_TCP_PROTO: 'tcp',
    WEB_2_PORT: 'tcp://172.16.0.6:80',
    WEB_2_PORT_80_TCP: 'tcp://172.16.0.6:80',
    WEB_2_PORT_80_TCP_ADDR: '172.16.0.6',
    WEB_2_PORT_80_TCP_PORT: '80',
    WEB_2_PORT_80_TCP_PROTO: 'tcp',
    WEB_1_ENV_WEBROOT: '/login',
    WEB_2_ENV_WEBROOT: '/login',
  });
});
