import { spine } from './0001-spine.ts';
import { wholeDefinition } from './0002-whole-definition.ts';
import { names } from './0003-names.ts';
import type { Migration } from './migration.ts';

/** All of them, in order: the first has number 1. */
export const migrations: readonly Migration[] = [spine, wholeDefinition, names];
