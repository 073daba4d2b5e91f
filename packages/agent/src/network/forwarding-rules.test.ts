import { describe, expect, it } from 'vitest';
import { placing, placingDoor, placingLast, rulesIn } from './forwarding-rules.ts';

const back = '-A DOCKER-USER -j RETURN';
const owners = ['-A DOCKER-USER -s 192.0.2.1/32 -j DROP', '-A DOCKER-USER -i eth0 -j RETURN'];
/** The rows as they stand when they were placed in an empty chain. */
const ours = placing([]).map((line) => line.replace(/^-I DOCKER-USER \d+/, '-A DOCKER-USER'));
const inserted = (first: number) => ours.map((row, i) => row.replace('-A DOCKER-USER', `-I DOCKER-USER ${first + i}`));
const deleted = (rows: string[]) => rows.map((row) => row.replace('-A', '-D'));

describe("our place in the engine's chain for its owner", () => {
  it("is behind the owner's rules, before the bare return at the end", () => {
    expect(ours).toHaveLength(4);
    expect(placing([])).toEqual(inserted(1));
    expect(placing([back])).toEqual(inserted(1));
    expect(placing([...owners, back])).toEqual(inserted(3));
    expect(placing(owners)).toEqual(inserted(3));
  });

  it('is left where it is right', () => {
    for (const rows of [ours, [...ours, back], [...owners, ...ours, back], [...owners, ...ours]])
      expect(placing(rows)).toEqual([]);
  });

  it("is taken again, and nobody else's rule written, where it is not", () => {
    const [first, second, third] = ours as [string, string, string];
    // The owner has added rules behind ours.
    expect(placing([...ours, ...owners, back])).toEqual([...deleted(ours), ...inserted(3)]);
    expect(placing([...ours, ...owners])).toEqual([...deleted(ours), ...inserted(3)]);
    expect(placing([...owners, first, third, back])).toEqual([...deleted([first, third]), ...inserted(3)]);
    expect(placing([...owners, second, first, third, back])).toEqual([
      ...deleted([second, first, third]),
      ...inserted(3),
    ]);
    // Behind a return nothing is reached.
    expect(placing([...owners, back, ...ours])).toEqual([...deleted(ours), ...inserted(3)]);
    expect(placing([...owners, back, owners[0]!])).toEqual(inserted(3));
    expect(placing([first, ...ours, back])).toEqual([...deleted([first, ...ours]), ...inserted(1)]);
    // Of another version.
    const other = first.replace('rsnode0', 'rsnode9');
    expect(placing([other, back])).toEqual([...deleted([other]), ...inserted(1)]);
  });

  it('is at the end of FORWARD too, once, and where others stand there is their business', () => {
    const engines = ['-A FORWARD -j DOCKER-USER', '-A FORWARD -o docker0 -j DOCKER'];
    const last = placingLast(engines);
    expect(last).toHaveLength(5);
    expect(last.slice(0, 4)).toEqual(ours.map((row) => row.replace('DOCKER-USER', 'FORWARD')));
    const [first, ...others] = last as [string, ...string[]];
    for (const rows of [last, [...engines, ...last], [...last, ...engines], [first, ...engines, ...others]])
      expect(placingLast(rows)).toEqual([]);
    // As an earlier version left it, and in another order.
    expect(placingLast([...engines, first])).toEqual([...deleted([first]), ...last]);
    expect(placingLast([...others, ...engines, first])).toEqual([...deleted([...others, first]), ...last]);
  });

  it('is before everything where containers ask their node for names, once, and others may come before it', () => {
    const others = ['-A INPUT -i lo -j ACCEPT', '-A INPUT -j DROP'];
    const placed = placingDoor(others);
    expect(placed).toEqual(
      ['udp', 'tcp'].map(
        (protocol, i) =>
          `-I INPUT ${i + 1} -i rsnode0 -p ${protocol} -m ${protocol} --dport 53 -m comment --comment restow -j ACCEPT`,
      ),
    );
    const rows = placed.map((line) => line.replace(/^-I INPUT \d/, '-A INPUT'));
    const [first, second] = rows as [string, string];
    for (const present of [rows, [...rows, ...others], [...others, ...rows]]) expect(placingDoor(present)).toEqual([]);
    expect(placingDoor([second, ...others])).toEqual([...deleted([second]), ...placed]);
    expect(placingDoor([...rows, first])).toEqual([...deleted([...rows, first]), ...placed]);
  });

  it('is read from what iptables prints', () => {
    expect(rulesIn(`-N DOCKER-USER\n${owners[0]}\n${back}\n`)).toEqual([owners[0], back]);
  });
});
