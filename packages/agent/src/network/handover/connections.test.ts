import { describe, expect, it } from 'vitest';
import { aliveAt, parseConnections } from './connections.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const row = (local: string, remote: string, state: string) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0`;
const mapped = (end: string) => `0000000000000000FFFF0000${end}`;

describe('the connections of a container', () => {
  it('are read from IPv4 rows, from those of sockets that take both, and never from real IPv6', () => {
    const printed = [
      head,
      row('00000000:0050', '00000000:0000', '0A'),
      row('0500070A:0050', '0900070A:9C40', '01'),
      head,
      row(mapped('0500070A:0051'), mapped('0900070A:9C41'), '06'),
      row('00000000000000000000000000000000:0052', '00000000000000000000000000000000:0000', '0A'),
      row('B80D0120000000000000000001000000:0050', 'B80D0120000000000000000002000000:9C40', '01'),
      '',
    ].join('\n');
    expect(parseConnections(printed)).toEqual([
      { local: { address: '0.0.0.0', port: 80 }, remote: { address: '0.0.0.0', port: 0 }, state: 10 },
      { local: { address: '10.7.0.5', port: 80 }, remote: { address: '10.7.0.9', port: 40_000 }, state: 1 },
      { local: { address: '10.7.0.5', port: 81 }, remote: { address: '10.7.0.9', port: 40_001 }, state: 6 },
      { local: { address: '0.0.0.0', port: 82 }, remote: { address: '0.0.0.0', port: 0 }, state: 10 },
    ]);
  });

  it('are alive while either side has something to say: not when one listens, and not when all is said', () => {
    const connection = (address: string, state: number) => ({
      ...{ local: { address, port: 80 }, remote: { address: '10.7.0.9', port: 4000 + state }, state },
    });
    const all = [1, 2, 3, 4, 5, 6, 8, 9, 10].map((state) => connection('10.7.0.5', state));
    const alive = aliveAt([...all, connection('10.201.0.2', 1)], '10.7.0.5');
    expect(alive.map(({ state }) => state)).toEqual([1, 2, 3, 4, 5, 8, 9]);
  });
});
