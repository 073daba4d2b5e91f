import { describe, expect, test } from 'vitest';
import { parseDuration } from './duration.ts';
import { parseCommandCheck, parseHttpCheck, parseTcpCheck } from './health.ts';
import { parseLink } from './link.ts';
import { parseMemory, parseMemorySwap } from './memory.ts';
import { parseMount, parseVolumesFrom } from './mount.ts';
import { parseExpose, parsePublish } from './port.ts';
import { nameFromImage } from './service-name.ts';
import { parseSince } from './since.ts';
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
    ['-1', 'refused: "-1" is not an amount of memory such as 256M or 1G'],
  ])('%s', (text, expected) => expect(value(parseMemory(text))).toBe(expected));
  test.each([
    ['-1', -1],
    ['1G', 2 ** 30],
    ['0', null],
  ])('with swap: %s', (text, expected) => expect(value(parseMemorySwap(text))).toBe(expected));
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
  const port = { containerPort: 80, protocol: 'tcp', published: true, hostPort: 8080 };
  test.each<[string, unknown]>([
    ['8080:80', port],
    ['8080:80/TCP', port],
    ['53:53/udp', { containerPort: 53, protocol: 'udp', published: true, hostPort: 53 }],
    ['80', { ...port, hostPort: null }],
    ['80/udp', { ...port, hostPort: null, protocol: 'udp' }],
    ['53:53/sctp', expect.stringMatching(/no protocol sctp, only tcp and udp/)],
    ['70000:80', expect.stringMatching(/from 1 to 65535/)],
    ['0:80', expect.stringMatching(/from 1 to 65535/)],
    ['8080:0', expect.stringMatching(/from 1 to 65535/)],
    ['127.0.0.1:8080:80', expect.stringMatching(/is neither NODE_PORT:CONTAINER_PORT/)],
  ])('published %s', (text, expected) => expect(value(parsePublish(text))).toEqual(expected));

  test.each<[string, unknown]>([
    ['90', { containerPort: 90, protocol: 'tcp', published: false, hostPort: null }],
    ['90/udp', { containerPort: 90, protocol: 'udp', published: false, hostPort: null }],
    ['8080:80', expect.stringMatching(/-p publishes one/)],
    ['90/icmp', expect.stringMatching(/no protocol icmp/)],
    ['0', expect.stringMatching(/from 1 to 65535/)],
  ])('exposed only %s', (text, expected) => expect(value(parseExpose(text))).toEqual(expected));
});

describe('mounts', () => {
  const volume = { path: '/data', name: null, access: 'exclusive', readOnly: false };
  const host = { hostPath: '/srv', path: '/data', access: 'exclusive', readOnly: false };
  test.each<[string, unknown]>([
    ['/data', { volume }],
    ['/data:ro', { volume: { ...volume, access: 'shared', readOnly: true } }],
    ['/data:shared', { volume: { ...volume, access: 'shared' } }],
    ['/data:ro,exclusive', { volume: { ...volume, readOnly: true } }],
    ['/data:rw', { volume }],
    ['files:/data', { volume: { ...volume, name: 'files' } }],
    ['files:/data:rw,shared', { volume: { ...volume, name: 'files', access: 'shared' } }],
    ['/srv:/data', { hostPath: host }],
    ['/srv:/data:ro', { hostPath: { ...host, access: 'shared', readOnly: true } }],
    ['data', expect.stringMatching(/names no absolute path/)],
    ['files:data', expect.stringMatching(/names no absolute path/)],
    [':/data', expect.stringMatching(/is not \[NAME or PATH OF THE NODE:\]PATH/)],
    ['/srv:/data:ro:x', expect.stringMatching(/is not \[NAME or PATH OF THE NODE:\]PATH/)],
    ['/data:fast', expect.stringMatching(/no option fast, only ro, rw, shared, exclusive/)],
    ['/data:', expect.stringMatching(/no option ,/)],
    ['/data:ro,rw', expect.stringMatching(/both ro and rw/)],
    ['/data:shared,exclusive', expect.stringMatching(/both shared and exclusive/)],
  ])('%s', (text, expected) => expect(value(parseMount(text))).toEqual(expected));

  test.each<[string, unknown]>([
    ['db', { service: 'db', readOnly: false }],
    ['db:ro', { service: 'db', readOnly: true }],
    ['db:rw', { service: 'db', readOnly: false }],
    ['db:fast', expect.stringMatching(/no option fast/)],
    ['db:ro:x', expect.stringMatching(/is not SERVICE or SERVICE:ro/)],
    [':ro', expect.stringMatching(/is not SERVICE or SERVICE:ro/)],
  ])('from %s', (text, expected) => expect(value(parseVolumesFrom(text))).toEqual(expected));
});

test('links', () => {
  expect(value(parseLink('db:database'))).toEqual({ service: 'db', alias: 'database' });
  expect(value(parseLink('db'))).toEqual({ service: 'db', alias: 'db' });
  expect(value(parseLink('db.common:store'))).toEqual({ service: 'db.common', alias: 'store' });
  expect(value(parseLink('db.common'))).toEqual({ service: 'db.common', alias: 'db' });
  for (const wrong of ['', ':db', 'db:', 'a:b:c']) expect(value(parseLink(wrong))).toMatch(/is not SERVICE/);
});

test('a check by a command is a line for the shell, or words as in a Dockerfile', () => {
  expect(value(parseCommandCheck('curl -f localhost || exit 1'))).toEqual({
    kind: 'command',
    command: ['/bin/sh', '-c', 'curl -f localhost || exit 1'],
  });
  expect(value(parseCommandCheck('["/check", "-q"]'))).toEqual({ kind: 'command', command: ['/check', '-q'] });
  for (const line of ['[ -f /ready ]', '["/check"', '[]', '[1]'])
    expect(value(parseCommandCheck(line))).toEqual({ kind: 'command', command: ['/bin/sh', '-c', line] });
  expect(value(parseCommandCheck(''))).toMatch(/--no-healthcheck/);
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
