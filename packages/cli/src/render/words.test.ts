import { expect, test } from 'vitest';
import { bytes, duration, imageLabel, seconds, since } from './words.ts';

test.each([
  [600, '0.6 s'],
  [12_345, '12.3 s'],
  [125_400, '2 min 5 s'],
])('%i ms took %s', (ms, text) => expect(seconds(ms)).toBe(text));

test.each([
  [500, '500ms'],
  [0, '0s'],
  [10_000, '10s'],
  [120_000, '2m'],
  [90_000, '90s'],
])('%i ms is typed %s', (ms, text) => expect(duration(ms)).toBe(text));

test.each([
  [0, '0 s'],
  [119, '119 s'],
  [120, '2 min'],
  [7200, '2 h'],
  [172_800, '2 d'],
])('%i s since', (s, text) => expect(since(1_000_000, 1_000_000 + s * 1000)).toBe(text));

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [256 * 2 ** 20, '256 MiB'],
  [1.5 * 2 ** 30, '1.5 GiB'],
])('%i bytes are %s', (count, text) => expect(bytes(count)).toBe(text));

test('an image is its reference and its digest; one that a node alone has says so', () => {
  const digest = `sha256:${'ab'.repeat(32)}`;
  const trunc = { trunc: true };
  expect(imageLabel({ kind: 'digest', reference: 'app:v1', repository: 'app', digest }, trunc)).toBe(
    'app:v1 (abababababab)',
  );
  expect(imageLabel({ kind: 'digest', reference: `app@${digest}`, repository: 'app', digest }, { trunc: false })).toBe(
    `app (${digest})`,
  );
  expect(imageLabel({ kind: 'local', reference: 'app:dev', imageId: digest, nodeId: 'n' }, trunc)).toBe(
    'app:dev (abababababab, on one node only)',
  );
  expect(imageLabel(null, trunc)).toBe('-');
});
