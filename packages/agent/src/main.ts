#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRestowError, RestowError } from '@restow/shared/base/errors';
import { openLog } from '@restow/shared/base/log';
import { askedToEnd } from '@restow/shared/base/shutdown';
import { runAgent } from './agent.ts';
import { readConfig, readLeaveWishes, usage } from './config.ts';
import { leave } from './leave.ts';

/** 2: how it was called; 7: not let in; 1: everything else that needs a person. */
const exitCodeOf = (error: unknown): number => {
  if (isRestowError(error, 'unauthenticated', 'denied')) return 7;
  return isRestowError(error, 'invalid') && error.problems.length > 0 ? 2 : 1;
};

/** A sentence for a person; a bug keeps its stack. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof RestowError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [error.message, ...error.problems.map(({ field, message }) => `  ${field}: ${message}`)].join('\n');
};

const main = async (): Promise<void> => {
  if (process.argv.includes('--help')) return console.log(usage);
  if (process.argv[2] === 'leave') return leave(readLeaveWishes(process.argv.slice(3), process.env));
  const config = readConfig(process.argv.slice(2), process.env, {
    hostname: hostname(),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  await runAgent(config, {
    log: openLog('restow-agent'),
    signal: askedToEnd(),
    onReady: (node) => console.log(`restow-agent ready ${JSON.stringify(node)}`),
  });
};

main().then(
  () => process.exit(0),
  (error) => {
    console.error(wordsOf(error));
    process.exit(exitCodeOf(error));
  },
);
