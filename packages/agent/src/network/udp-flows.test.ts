import { expect, it } from 'vitest';
import { parseFlows, staleFlows } from './udp-flows.ts';

// As `conntrack -L -p udp` prints it: led to a container, led nowhere yet, passing through to somebody's name server.
const printed = `udp      17 28 src=10.99.0.254 dst=10.99.0.1 sport=4000 dport=53 src=172.30.0.2 dst=10.99.0.254 sport=5353 dport=4000 mark=0 use=1
udp      17 28 src=10.99.0.254 dst=10.99.0.1 sport=4001 dport=53 [UNREPLIED] src=10.99.0.1 dst=10.99.0.254 sport=53 dport=4001 mark=0 use=1
udp      17 28 src=10.99.0.254 dst=10.99.0.1 sport=4002 dport=53 [UNREPLIED] src=10.99.0.1 dst=10.99.0.254 sport=53 dport=4002 mark=0 use=1
udp      17 170 src=172.30.0.9 dst=8.8.8.8 sport=5000 dport=53 src=8.8.8.8 dst=10.99.0.1 sport=53 dport=5000 [ASSURED] mark=0 use=1
udp      17 170 src=10.99.0.254 dst=10.99.0.1 sport=4000 dport=54 src=172.30.0.2 dst=10.99.0.254 sport=5353 dport=4000 [ASSURED] mark=0 use=1
`;
const port = (ends: { address: string; port: number }[]) => ({ protocol: 'udp' as const, hostPort: 53, ends });
const newEnd = { address: '172.30.0.3', port: 5353 };
const oldEnd = { address: '172.30.0.2', port: 5353 };
const own = new Set(['10.99.0.1']);

it('finds the flows that would stay where they were, once for each end', () => {
  const flows = parseFlows(printed);
  expect(flows).toHaveLength(5);
  const stale = [
    { toAddress: '10.99.0.1', toPort: 53, byAddress: '172.30.0.2', byPort: 5353 },
    { toAddress: '10.99.0.1', toPort: 53, byAddress: '10.99.0.1', byPort: 53 },
  ];
  expect(staleFlows(flows, [port([newEnd])], own)).toEqual(stale);
  // Of a port that leads nowhere any more, all of them.
  expect(staleFlows(flows, [port([])], own)).toEqual(stale);
});

it('leaves those that are led where they should be, by either address, and TCP', () => {
  const [first] = parseFlows(printed);
  expect(staleFlows([first!], [port([oldEnd])], own)).toEqual([]);
  expect(staleFlows([first!], [port([newEnd, oldEnd])], own)).toEqual([]);
  expect(staleFlows([first!], [port([{ ...oldEnd, port: 54 }])], own)).toEqual([first]);
  expect(staleFlows([first!], [{ ...port([newEnd]), protocol: 'tcp' }], own)).toEqual([]);
});

it('counts all of 127.0.0.0/8 as this node, and nobody else', () => {
  const [first] = parseFlows(printed);
  const to = (toAddress: string) => [{ ...first!, toAddress }];
  expect(staleFlows(to('127.0.0.53'), [port([newEnd])], own)).toEqual(to('127.0.0.53'));
  expect(staleFlows(to('10.99.0.2'), [port([newEnd])], own)).toEqual([]);
});
