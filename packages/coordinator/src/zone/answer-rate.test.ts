import { expect, test } from 'vitest';
import { AnswerRate } from './answer-rate.ts';

const aRate = () => {
  const clock = { at: 5_000, now: () => clock.at };
  return { clock, rate: new AnswerRate(clock) };
};
const times = (rate: AnswerRate, count: number, address: string) =>
  Array.from({ length: count }, () => rate.of(address));

test('a network is answered so often a second; then every second question by "ask by TCP", the others not at all', () => {
  const { clock, rate } = aRate();
  expect(new Set(times(rate, 500, '192.0.2.1'))).toEqual(new Set(['answer']));
  expect(times(rate, 4, '192.0.2.2')).toEqual(['silence', 'cut', 'silence', 'cut']);
  expect(rate.of('192.0.3.1')).toBe('answer');
  clock.at += 1000;
  expect(rate.of('192.0.2.1')).toBe('answer');
});

test('IPv6 is counted by its /64, however it is written, and IPv4 within it as IPv4', () => {
  const { rate } = aRate();
  times(rate, 500, '2001:db8:0:1::1');
  expect(rate.of('2001:db8:0:1:2:3:4:5')).toBe('silence');
  expect(rate.of('2001:db8::1:0:0:0:9')).toBe('cut');
  expect(rate.of('2001:db8:0:2::1')).toBe('answer');
  times(rate, 500, '::ffff:192.0.2.1');
  expect(rate.of('192.0.2.9')).toBe('silence');
  times(rate, 500, 'fe80::1%eth0');
  expect(rate.of('fe80::2%eth1')).toBe('silence');
});

test('of very many networks those beyond count as one', () => {
  const { rate } = aRate();
  for (let at = 0; at < 10_000; at++) rate.of(`10.${at >> 8}.${at & 255}.1`);
  for (let at = 0; at < 500; at++) expect(rate.of(`172.16.${at & 255}.1`)).toBe('answer');
  expect(rate.of('203.0.113.1')).toBe('silence');
  expect(rate.of('10.0.0.1')).toBe('answer');
});
