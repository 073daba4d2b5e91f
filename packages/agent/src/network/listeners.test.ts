import { describe, expect, it } from 'vitest';
import { oneForEachPort, parseListeners, programOf } from './listeners.ts';

// As `ss -Hltunp` prints it.
const printed = [
  'udp UNCONN 0      0            0.0.0.0:4789      0.0.0.0:*                                    ',
  'udp UNCONN 0      0      127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=321,fd=13))',
  'tcp LISTEN 0      511          0.0.0.0:80        0.0.0.0:*    users:(("nginx",pid=101,fd=6),("nginx",pid=100,fd=6))',
  'tcp LISTEN 0      4096            [::]:8080         [::]:*    users:(("docker-proxy",pid=202,fd=4))',
  'tcp LISTEN 0      4096         0.0.0.0:8080      0.0.0.0:*    users:(("docker-proxy",pid=201,fd=4))',
  'tcp LISTEN 0      4096               *:9090            *:*    users:(("a (b) c",pid=77,fd=4))',
  'tcp LISTEN 0      4096               *:53              *:*    ',
  '',
].join('\n');

describe('who listens', () => {
  it('is read with pid and program, of every kind of address', () => {
    expect(parseListeners(printed)).toEqual([
      { protocol: 'udp', port: 4789, pid: null, command: '' },
      { protocol: 'udp', port: 53, pid: 321, command: 'systemd-resolve' },
      { protocol: 'tcp', port: 80, pid: 101, command: 'nginx' },
      { protocol: 'tcp', port: 8080, pid: 202, command: 'docker-proxy' },
      { protocol: 'tcp', port: 8080, pid: 201, command: 'docker-proxy' },
      { protocol: 'tcp', port: 9090, pid: 77, command: 'a (b) c' },
      { protocol: 'tcp', port: 53, pid: null, command: '' },
    ]);
  });

  it('is one for each port, rather one that is known', () => {
    const listeners = oneForEachPort([
      { protocol: 'tcp', port: 90, pid: null, command: '' },
      { protocol: 'tcp', port: 80, pid: 1, command: 'a' },
      { protocol: 'tcp', port: 80, pid: 2, command: 'b' },
      { protocol: 'tcp', port: 90, pid: 3, command: 'c' },
      { protocol: 'udp', port: 80, pid: 4, command: 'd' },
    ]);
    expect(listeners.map(({ protocol, port, pid }) => `${protocol} ${port} ${pid}`)).toEqual([
      'tcp 80 1',
      'udp 80 4',
      'tcp 90 3',
    ]);
  });

  it('goes by the name of its executable, and by what ss said once it has ended', async () => {
    const listener = { protocol: 'tcp' as const, port: 1, command: 'MainThread' };
    expect(await programOf({ ...listener, pid: process.pid })).toBe('node');
    expect(await programOf({ ...listener, pid: 2 ** 22 + 1 })).toBe('MainThread');
    expect(await programOf({ ...listener, pid: null })).toMatch(/the kernel/);
  });
});
