import { describe, expect, test } from 'vitest';
import { parseDuration } from './duration.ts';
import { parseHttpCheck, parseTcpCheck } from './health.ts';
import { parseMemory } from './memory.ts';
import { parsePort } from './port.ts';
import { nameFromImage } from './service-name.ts';
import { parseSince } from './since.ts';
import { parseVolume } from './volume.ts';
import { parseWords } from './words.ts';

const value = <Value>(outcome: { ok: true; value: Value } | { ok: false; message: string }): Value | string =>
  outcome.ok ? outcome.value : `refused: ${outcome.message}`;

describe('durations', () => {
  test.each([
    ['10s', 10_000],
    ['500ms', 500],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['10', 10_000],
    ['0', 0],
    ['ten', 'refused: "ten" is not a duration such as 10s, 500ms, 2m or 1h30m'],
    ['-1s', 'refused: "-1s" is not a duration such as 10s, 500ms, 2m or 1h30m'],
  ])('%s', (text, expected) => expect(value(parseDuration(text))).toBe(expected));
});

describe('moments', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  test.each([
    ['10m', now - 600_000],
    ['2026-01-02T03:00:00Z', Date.UTC(2026, 0, 2, 3)],
    ['2026-01-02T03:00:00+01:00', Date.UTC(2026, 0, 2, 2)],
    ['yesterday', 'refused: "yesterday" is neither a duration such as 10m nor a time such as 2026-01-02T03:04:05Z'],
    [
      '2026-13-41T00:00:00Z',
      'refused: "2026-13-41T00:00:00Z" is neither a duration such as 10m nor a time such as 2026-01-02T03:04:05Z',
    ],
  ])('%s', (text, expected) => expect(value(parseSince(text, now))).toBe(expected));
});

describe('memory', () => {
  test.each([
    ['256M', 256 * 2 ** 20],
    ['256', 256 * 2 ** 20],
    ['1g', 2 ** 30],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['64kb', 64 * 2 ** 10],
    ['0', null],
    ['lots', 'refused: "lots" is not an amount of memory such as 256M or 1G'],
  ])('%s', (text, expected) => expect(value(parseMemory(text))).toBe(expected));
});

describe('words of a command', () => {
  test.each<[string, string[] | string]>([
    ['sleep 10', ['sleep', '10']],
    ["sh -c 'echo $HOME; exit 1'", ['sh', '-c', 'echo $HOME; exit 1']],
    ['say "a \\"b\\" c" d\\ e', ['say', 'a "b" c', 'd e']],
    ['printf "a\\nb"', ['printf', 'a\\nb']],
    ["x ''", ['x', '']],
    ['a"b"c', ['abc']],
    ['  ', []],
    ["sh -c 'oops", "refused: a quote (') is not closed in: sh -c 'oops"],
    ['oops\\', 'refused: "oops\\" ends in the middle of an escape'],
  ])('%s', (text, expected) => expect(value(parseWords(text))).toEqual(expected));
});

describe('ports', () => {
  test.each<[string, unknown]>([
    ['8080:80', { hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    ['8080:80/tcp', { hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    ['80', expect.stringMatching(/not offered by this version: say 8080:80/)],
    ['80/tcp', expect.stringMatching(/not offered by this version/)],
    ['53:53/udp', expect.stringMatching(/UDP, which is not offered by this version/)],
    ['53:53/sctp', expect.stringMatching(/no protocol sctp/)],
    ['70000:80', expect.stringMatching(/from 1 to 65535/)],
    ['0:80', expect.stringMatching(/from 1 to 65535/)],
    ['127.0.0.1:8080:80', expect.stringMatching(/is not NODE_PORT:CONTAINER_PORT/)],
  ])('%s', (text, expected) => expect(value(parsePort(text))).toEqual(expected));
});

describe('volumes', () => {
  test.each<[string, unknown]>([
    ['/data', { path: '/data', access: 'exclusive', readOnly: false }],
    ['/data:ro', { path: '/data', access: 'shared', readOnly: true }],
    ['/data:shared', { path: '/data', access: 'shared', readOnly: false }],
    ['/data:ro,exclusive', { path: '/data', access: 'exclusive', readOnly: true }],
    ['/data:rw', { path: '/data', access: 'exclusive', readOnly: false }],
    [
      '/srv:/data',
      expect.stringMatching(/mounts a path of the node, which is not offered by this version: say \/data/),
    ],
    ['named:/data:ro', expect.stringMatching(/names a volume, which is not offered by this version/)],
    ['data', expect.stringMatching(/is not an absolute path/)],
    ['/data:fast', expect.stringMatching(/no option fast, only ro, rw, shared, exclusive/)],
  ])('%s', (text, expected) => expect(value(parseVolume(text))).toEqual(expected));
});

test('health checks name a port, and a path where HTTP is asked', () => {
  expect(value(parseTcpCheck('5432'))).toEqual({ kind: 'tcp', port: 5432 });
  expect(value(parseTcpCheck('http'))).toMatch(/not a whole number, from 1 to 65535/);
  expect(value(parseHttpCheck('80/healthz?full=1'))).toEqual({ kind: 'http', port: 80, path: '/healthz?full=1' });
  expect(value(parseHttpCheck('80'))).toEqual({ kind: 'http', port: 80, path: '/' });
  expect(value(parseHttpCheck('healthz'))).toMatch(/is not PORT\/PATH/);
});

test.each([
  ['app', 'app'],
  ['app:v1', 'app'],
  ['registry:5000/team/My_App:v1', 'my-app'],
  [`registry:5000/app@sha256:${'a'.repeat(64)}`, 'app'],
])('a service of %s is named %s where no name is given', (image, name) => expect(nameFromImage(image)).toBe(name));
