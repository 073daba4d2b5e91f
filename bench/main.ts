import { isRestowError } from '@restow/shared/base/errors';
import { askedToEnd } from '@restow/shared/base/shutdown';
import { benchEndpoints } from './endpoints.ts';
import { benchHandover } from './handover.ts';
import { benchMemory } from './memory.ts';
import { benchOutage } from './outage.ts';
import { benchRedeploy } from './redeploy.ts';

/** What `./restow bench` can measure. */
const benches: Record<string, (signal: AbortSignal) => Promise<void>> = {
  redeploy: benchRedeploy,
  outage: benchOutage,
  handover: benchHandover,
  endpoints: benchEndpoints,
  memory: benchMemory,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(
    `bench: no bench is named "${unknown.join(' ')}".\nusage: ./restow bench [${Object.keys(benches).join('|')}]`,
  );
  process.exit(2);
}
const signal = askedToEnd();
try {
  for (const [name, run] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`== ${name}\n`);
    await run(signal);
    console.log();
  }
} catch (error) {
  if (signal.aborted) process.exitCode = 130;
  else if (isRestowError(error)) {
    console.error(`bench: ${error.message}`);
    process.exitCode = 1;
  } else throw error;
}
