#!/usr/bin/env node
import { isRestowError } from '@restow/shared/base/errors';
import { openLog } from '@restow/shared/base/log';
import { askedToEnd } from '@restow/shared/base/shutdown';
import { readConfig, usage } from './config.ts';
import { startCoordinator } from './coordinator.ts';

/** Exit codes, as the client has them. */
const exitCodeOf = (code: string): number => (code === 'invalid' ? 2 : code === 'busy' ? 6 : 1);

const argv = process.argv.slice(2);
if (argv.includes('--help')) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
try {
  const asked = askedToEnd();
  const config = readConfig(argv, process.env);
  const log = openLog('restow-coordinator');
  const coordinator = await startCoordinator(config, log);
  // One line for programs: whoever starts us waits for it.
  process.stdout.write(
    `restow-coordinator ready ${JSON.stringify({ address: coordinator.address, dns: coordinator.dns, dataDir: config.dataDir })}\n`,
  );
  await new Promise<void>((resolve) => {
    if (asked.aborted) resolve();
    else asked.addEventListener('abort', () => resolve(), { once: true });
  });
  log.info('ending');
  await coordinator.end();
} catch (error) {
  if (!isRestowError(error)) throw error;
  process.stderr.write(
    [
      `restow-coordinator: ${error.message}`,
      ...error.problems.map(({ field, message }) => `  ${field}: ${message}`),
      '',
    ].join('\n'),
  );
  process.exitCode = exitCodeOf(error.code);
}
