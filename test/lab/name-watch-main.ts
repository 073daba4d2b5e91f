import { Resolver } from 'node:dns/promises';
import type { Heard } from './name-watch.ts';

/** Time between an answer and the next question for the same name. Milliseconds. */
const pauseMs = 20;

const [times, ...names] = process.argv.slice(2);

let over = false;
process.stdin
  .on('end', () => {
    over = true;
  })
  .resume();

/** As a container asks: the engine's own resolver, by which it asks its node. Once: nobody asks again for it. */
const ask = async (name: string): Promise<Heard> => {
  const resolver = new Resolver({ timeout: 4000, tries: 1 });
  resolver.setServers(['127.0.0.11']);
  const at = Date.now();
  try {
    const records = await resolver.resolve4(name, { ttl: true });
    const addresses = records.map(({ address }) => address);
    return { at, until: Date.now(), name, addresses, ttl: records[0]!.ttl, error: null };
  } catch (error) {
    return {
      at,
      until: Date.now(),
      name,
      addresses: [],
      ttl: null,
      error: (error as NodeJS.ErrnoException).code ?? 'unknown',
    };
  }
};

const askOn = async (name: string): Promise<void> => {
  for (let asked = 0; !over && (times === 'on' || asked < Number(times)); asked++) {
    process.stdout.write(`${JSON.stringify(await ask(name))}\n`);
    if (times === 'on') await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
};

await Promise.all(names.map(askOn));
process.exit(0);
