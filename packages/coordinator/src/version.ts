import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of this coordinator, as its package says. */
export const version: string = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')).version;
