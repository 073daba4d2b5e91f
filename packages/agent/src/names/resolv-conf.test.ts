import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ResolvConf, serversIn } from './resolv-conf.ts';

test('three name servers at most are taken, without ourselves and what is no address', () => {
  const text = [
    '# nameserver 192.0.2.9',
    'search example.com',
    'nameserver 172.30.0.1',
    '  nameserver 192.0.2.1 ',
    'nameserver names.example.com',
    'nameserver fe80::1%eth0',
    'nameserver 2001:db8::1',
    'nameserver 192.0.2.4',
  ].join('\n');
  expect(serversIn(text, '172.30.0.1')).toEqual(['192.0.2.1', 'fe80::1%eth0', '2001:db8::1']);
  expect(serversIn('', '172.30.0.1')).toEqual([]);
});

test('a file that is written, replaced, linked anew or taken away is seen at once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'restow-resolv-'));
  try {
    const file = join(dir, 'resolv.conf');
    const resolvers = new ResolvConf(file, '172.30.0.1');
    expect(resolvers.servers()).toEqual([]);
    await writeFile(file, 'nameserver 192.0.2.1\n');
    expect(resolvers.servers()).toEqual(['192.0.2.1']);
    await writeFile(join(dir, 'other'), 'nameserver 192.0.2.2\n');
    await rename(join(dir, 'other'), file);
    expect(resolvers.servers()).toEqual(['192.0.2.2']);
    await rm(file);
    await writeFile(join(dir, 'elsewhere'), 'nameserver 192.0.2.3\n');
    await symlink('elsewhere', file);
    expect(resolvers.servers()).toEqual(['192.0.2.3']);
    await writeFile(join(dir, 'elsewhere'), 'nameserver 192.0.2.33\n');
    expect(resolvers.servers()).toEqual(['192.0.2.33']);
    await rm(file);
    expect(resolvers.servers()).toEqual([]);
  } finally {
    await rm(dir, { recursive: true });
  }
});
