import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of this agent, as its package says. */
export const agentVersion: string = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
).version;
