import { expect, it } from 'vitest';
import { derivesMac } from './engine-version.ts';

it.each([
  ['20.10.24+dfsg1', true],
  ['26.1.5', true],
  ['27.5.1', true],
  ['28.0.0', false],
  ['28.5.2+dfsg1', false],
  ['v29.1.0-rc.1', false],
  ['dev', false],
  ['', false],
])('engine %s derives the MAC from the address: %s', (version, expected) => expect(derivesMac(version)).toBe(expected));
