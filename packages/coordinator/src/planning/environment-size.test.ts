import { expect, test } from 'vitest';
import { whyTooLarge } from './environment-size.ts';

test('a program can be started with a variable of 128 KiB, and with nearly 2 MiB of them', () => {
  expect(whyTooLarge({})).toBeNull();
  expect(whyTooLarge({ A: 'x'.repeat(131_069) })).toBeNull();
  expect(whyTooLarge(many(14))).toBeNull();
});

test('one that is longer under its name as a link is named', () =>
  expect(whyTooLarge({ WEB_1_ENV_A: 'ä'.repeat(65_530) })).toContain('WEB_1_ENV_A takes 131072 bytes'));

test('so are too many', () => expect(whyTooLarge(many(16))).toMatch(/its 16 variables take 20\d{5} bytes/));

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`A${at}`, 'x'.repeat(130_000)]));
