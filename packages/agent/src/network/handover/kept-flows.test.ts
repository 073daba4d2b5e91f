import { expect, test } from 'vitest';
import { remembering } from './kept-flows.ts';

const flow = (state: string, to: string, via: string) =>
  `tcp      6 431999 ${state} src=10.201.0.2 dst=${to} sport=4000 dport=8080 src=10.7.0.5 dst=${via} sport=80 dport=4000 [ASSURED] mark=0 use=1`;

test('what was led to the address is remembered, and nothing that is known without translation, or is over', () => {
  const led = flow('ESTABLISHED', '10.96.0.11', '10.7.255.254');
  const over = flow('TIME_WAIT', '10.96.0.11', '10.7.255.254');
  const begun =
    'tcp 6 119 SYN_SENT src=10.201.0.2 dst=10.96.0.11 sport=4001 dport=8080 [UNREPLIED] src=10.7.0.5 dst=10.7.255.254 sport=80 dport=4001';
  const untranslated = flow('ESTABLISHED', '10.7.0.5', '10.201.0.2');
  expect(remembering([led, over, begun, untranslated, 'udp 17 20 src=1.1.1.1', ''].join('\n'))).toEqual([
    '-A -t 431999 -u SEEN_REPLY,ASSURED -s 10.201.0.2 -d 10.96.0.11 -p tcp --sport 4000 --dport 8080 ' +
      '--dst-nat 10.7.0.5:80 --src-nat 10.7.255.254:4000 --state ESTABLISHED -m 0x5300',
    expect.stringContaining('--sport 4001 --dport 8080 --dst-nat 10.7.0.5:80 --src-nat 10.7.255.254:4001'),
  ]);
});
