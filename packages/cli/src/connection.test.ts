import { RestowError } from '@restow/shared/base/errors';
import { describe, expect, test } from 'vitest';
import { explainCall, readConnection } from './connection.ts';

const here: Record<string, string> = {
  '/var/lib/restow/coordinator.json': '{"address": "127.0.0.1:7600"}\n',
  '/var/lib/restow/token': 'of-this-machine\n',
  '/home/me/token': 'mine\n',
};
const read = (env: Record<string, string>, files = here) => readConnection(env, (path) => files[path] ?? null);

describe('where the coordinator is', () => {
  test('without settings: what the one of this machine left', () =>
    expect(read({})).toEqual({
      address: '127.0.0.1:7600',
      token: 'of-this-machine',
      tokenFrom: '/var/lib/restow/token',
    }));

  test('RESTOW_DATA names another place for that', () =>
    expect(read({ RESTOW_DATA: '/x' }, { '/x/coordinator.json': '{"address":"h:1"}', '/x/token': 't' })).toEqual({
      address: 'h:1',
      token: 't',
      tokenFrom: '/x/token',
    }));

  test('RESTOW_HOST with a token wins', () =>
    expect(read({ RESTOW_HOST: '[2001:db8::1]:7600', RESTOW_TOKEN: 'secret' })).toEqual({
      address: '[2001:db8::1]:7600',
      token: 'secret',
      tokenFrom: 'RESTOW_TOKEN',
    }));

  test('RESTOW_TOKEN_FILE is read', () =>
    expect(read({ RESTOW_HOST: 'h:1', RESTOW_TOKEN_FILE: '/home/me/token' })).toMatchObject({
      token: 'mine',
      tokenFrom: '/home/me/token',
    }));

  test("this machine's token is not shown to a host somebody named", () =>
    expect(() => read({ RESTOW_HOST: 'elsewhere:1' })).toThrow(
      'RESTOW_HOST is elsewhere:1, but no token is given: set RESTOW_TOKEN or RESTOW_TOKEN_FILE.',
    ));

  test('nothing found says what to do', () =>
    expect(() => read({}, {})).toThrow(
      'No coordinator is known: there is no /var/lib/restow/coordinator.json. Start one with `./restow up`, or set RESTOW_HOST (host:port) and RESTOW_TOKEN.',
    ));

  test('a file that says nothing is not taken for an address', () =>
    expect(() => read({}, { '/var/lib/restow/coordinator.json': '{' })).toThrow(/does not say where/));

  test.each(['h', 'http://h:1', 'h:port', ':1'])('RESTOW_HOST=%s is refused', (address) =>
    expect(() => read({ RESTOW_HOST: address, RESTOW_TOKEN: 't' })).toThrow(/must be host:port/),
  );
});

describe('an error of a call', () => {
  const connection = { address: 'h:1', token: 't', tokenFrom: 'RESTOW_TOKEN' };

  test('that reached nobody says where it looked', () =>
    expect(explainCall(new RestowError('unavailable', 'h:1 cannot be reached (refused).'), connection)).toMatchObject({
      code: 'unavailable',
      message: 'No coordinator answers at h:1: start it (`./restow up`), or set RESTOW_HOST to where one listens.',
    }));

  test('about another thing that cannot be reached stays as it is', () => {
    const error = new RestowError('unavailable', 'NATS cannot be reached.');
    expect(explainCall(error, connection)).toBe(error);
  });

  test('about the token says where it came from', () =>
    expect(explainCall(new RestowError('unauthenticated', 'Wrong token.'), connection)).toMatchObject({
      message: 'Wrong token. The token given came from RESTOW_TOKEN.',
    }));
});
