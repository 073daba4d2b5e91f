import { expect, test } from 'vitest';
import { anInstance } from '../../../../test/lib/an-instance.ts';
import { askingItsNode } from './container-dns.ts';

const spec = (settings: { net?: 'bridge' | 'host'; dns?: string[] } = {}) => {
  const one = anInstance({ kind: 'local', reference: 'app', imageId: 'sha256:1', nodeId: 'n1' });
  const { net = 'bridge', dns = [] } = settings;
  return { ...one, net, settings: { ...one.settings, net, dns } };
};

test('a container asks the bridge of its node', () => {
  expect(askingItsNode(spec(), '172.30.9.0/24').settings.dns).toEqual(['172.30.9.1']);
});

test("a person's own name servers stand, and so do the node's for its own network", () => {
  expect(askingItsNode(spec({ dns: ['192.0.2.53'] }), '172.30.9.0/24').settings.dns).toEqual(['192.0.2.53']);
  expect(askingItsNode(spec({ net: 'host' }), '172.30.9.0/24').settings.dns).toEqual([]);
});
