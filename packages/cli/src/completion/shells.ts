import { bash } from './shells/bash.ts';
import { fish } from './shells/fish.ts';
import type { Shell } from './shells/shell.ts';
import { zsh } from './shells/zsh.ts';

/** The shells we know, by the name people call them. */
export const shells: Readonly<Record<string, Shell>> = { bash, zsh, fish };
