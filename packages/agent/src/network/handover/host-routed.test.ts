import { expect, test } from 'vitest';
import { markings } from './host-routed.ts';

const flow = (from: string, to: string, via: string) =>
  `tcp      6 431999 ESTABLISHED src=${from} dst=${to} sport=4000 dport=8080 src=10.7.0.5 dst=${via} sport=80 dport=4000 [ASSURED] mark=0 use=1`;

test('flows that the node routes itself are marked, each by its name, and what containers say to each other is not', () => {
  const led = flow('172.30.0.9', '10.96.0.11', '10.7.255.254');
  const ownProgram = flow('10.7.255.254', '10.7.0.5', '10.7.255.254');
  const bridged = flow('10.7.0.9', '10.7.0.5', '10.7.0.9');
  expect(markings([led, ownProgram, bridged, 'conntrack v1.4.7', ''].join('\n'), new Set(['10.7.255.254']))).toEqual([
    '-U -f ipv4 -s 172.30.0.9 -d 10.96.0.11 -p tcp --sport 4000 --dport 8080 -m 0x5300',
    '-U -f ipv4 -s 10.7.255.254 -d 10.7.0.5 -p tcp --sport 4000 --dport 8080 -m 0x5300',
  ]);
});
