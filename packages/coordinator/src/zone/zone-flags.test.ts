import type { Problem } from '@restow/shared/base/errors';
import { describe, expect, test } from 'vitest';
import { readZone } from './zone-flags.ts';

const read = (flags: Record<string, string>, env: NodeJS.ProcessEnv = {}, host = '192.0.2.10') => {
  const problems: Problem[] = [];
  const zone = readZone(
    flags,
    env,
    host,
    (problem) => problems.push(problem),
    () => '198.51.100.7',
  );
  return { zone, fields: problems.map(({ field }) => field), text: problems.map(({ message }) => message).join('\n') };
};

test('there is none where none is named', () => expect(read({})).toEqual({ zone: null, fields: [], text: '' }));

test('with its domain alone it is answered where the doors are', () =>
  expect(read({ zone: 'Apps.Example.TEST.' }).zone).toEqual({
    ...{ domain: 'apps.example.test', namespace: 'main', ttlSeconds: 5 },
    listen: [{ host: '192.0.2.10', port: 53 }],
    nameServers: [{ name: 'ns1.apps.example.test', addresses: ['192.0.2.10'] }],
  }));

test('everything can be said, by flags before the environment', () => {
  const env = { RESTOW_ZONE: 'other.test', RESTOW_NAMESPACE: 'team', RESTOW_ZONE_TTL: '0' };
  const servers = 'ns1.a.test=192.0.2.1, ns1.a.test=2001:db8::1,ns.example.net';
  expect(read({ zone: 'a.test', 'dns-listen': '0.0.0.0:5353,[::]:53', 'name-server': servers }, env).zone).toEqual({
    ...{ domain: 'a.test', namespace: 'team', ttlSeconds: 0 },
    listen: [
      { host: '0.0.0.0', port: 5353 },
      { host: '::', port: 53 },
    ],
    nameServers: [
      { name: 'ns1.a.test', addresses: ['192.0.2.1', '2001:db8::1'] },
      { name: 'ns.example.net', addresses: [] },
    ],
  });
});

test('where it is answered at every address, the machine has one that others know', () => {
  for (const everywhere of ['0.0.0.0:53', '[::]:53'])
    expect(read({ zone: 'a.test', 'dns-listen': everywhere }).zone?.nameServers).toEqual([
      { name: 'ns1.a.test', addresses: ['198.51.100.7'] },
    ]);
});

describe('refused is', () => {
  test.each(['a_b.test', 'a..test', '-a.test', `${'a'.repeat(64)}.test`, `${'a.'.repeat(80)}test`, 'a b.test', '.'])(
    'no domain: %s',
    (zone) => {
      const { zone: made, fields, text } = read({ zone });
      expect([made, fields]).toEqual([null, ['--zone']]);
      expect(text).toContain(`"${zone}" is no domain`);
    },
  );

  test.each([
    [{ namespace: 'Main' }, '--namespace', '"Main" is no DNS label'],
    [{ namespace: '0a1b2c3d' }, '--namespace', 'looks like the beginning of an instance'],
    [{ 'zone-ttl': '-1' }, '--zone-ttl', 'from 0 to 86400'],
    [{ 'zone-ttl': '5s' }, '--zone-ttl', 'from 0 to 86400'],
    [{ 'dns-listen': '192.0.2.1' }, '--dns-listen', 'is not ADDRESS:PORT'],
    [{ 'dns-listen': '192.0.2.1:66000' }, '--dns-listen', 'is not ADDRESS:PORT'],
    [{ 'dns-listen': '2001:db8::1:53' }, '--dns-listen', 'is not ADDRESS:PORT'],
    [{ 'name-server': 'ns1.a.test' }, '--name-server', 'say ns1.a.test=ADDRESS'],
    [{ 'name-server': 'ns.b.test=192.0.2.1' }, '--name-server', 'leave it out'],
    [{ 'name-server': 'ns1.a.test=here' }, '--name-server', 'is not NAME or NAME=ADDRESS'],
    [{ 'name-server': 'n1.node.a.test=192.0.2.1' }, '--name-server', 'names of its own'],
    [{ 'name-server': 'a.test=192.0.2.1' }, '--name-server', 'names of its own'],
  ])('%j', (flags, field, message) => {
    const { fields, text } = read({ zone: 'a.test', ...flags });
    expect(fields).toEqual([field]);
    expect(text).toContain(message);
  });

  test('how to answer a zone that is not named', () =>
    expect(read({ namespace: 'main' }, { RESTOW_DNS_LISTEN: '127.0.0.1:53' }).fields).toEqual([
      '--namespace',
      '--dns-listen',
    ]));
});
