import { expect, test } from 'vitest';
import { isDnsLabel } from './dns-label.ts';

test.each(['web', 'w', '3', 'web-1', `a${'-'.repeat(61)}b`])('%s is a DNS label', (text) =>
  expect(isDnsLabel(text)).toBe(true),
);

test.each(['', '-web', 'web-', 'Web', 'web.1', 'web_1', 'wéb', 'web\n', 'a'.repeat(64)])('%j is none', (text) =>
  expect(isDnsLabel(text)).toBe(false),
);
