import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, RestowError } from '@restow/shared/base/errors';
import { demoDir, demoMark } from '../demo/demo-place.ts';
import { runDemo } from '../demo/run-demo.ts';
import { takeDemoDown } from '../demo/take-demo-down.ts';
import { endIdleEngine } from '../end-idle-engine.ts';
import { checkout } from '../lab-place.ts';
import { needFreeEngine } from '../leave-engine.ts';
import { useEngine } from '../own-engine.ts';
import { programsMarked } from '../pids.ts';
import { type SubCommand, say, stopSignal, wrongUsage } from './command-line.ts';

/** `demo [--keep] | down`: the main job on this machine, then away with it; `--keep` leaves it running. */
export const demo: SubCommand = {
  usage: 'demo [--keep] | demo down',
  async run(words) {
    const [word] = words;
    if (words.length > 1 || (word !== undefined && word !== '--keep' && word !== 'down'))
      throw wrongUsage(`\`demo\` does not know "${words.join(' ')}".`, this.usage);
    const stop = stopSignal();
    const running = (await programsMarked(demoMark.name, demoMark.value)).length > 0;
    if (word !== 'down' && running)
      throw new RestowError(
        'failed-precondition',
        'The demo runs already; take it away first with `./restow demo down`.',
      );

    if (word === 'down' && !running && !existsSync(demoDir)) {
      say('no demo is here, nothing to take away');
      return 0;
    }

    const engineDir = join(checkout, '.restow/engine');
    const engine = await useEngine({ dir: engineDir, say, signal: stop });
    let registry: string | null = null;
    const takeAway = async () => {
      await takeDemoDown(engine.socketPath, registry, say);
      await endIdleEngine(engine, engineDir, say);
    };
    if (word === 'down') {
      await takeAway();
      say('the demo is gone');
      return 0;
    }
    if (existsSync(demoDir)) {
      say('taking away what an earlier demo left');
      await takeDemoDown(engine.socketPath, null, say);
    }
    try {
      await needFreeEngine(engine.socketPath);
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
    try {
      await runDemo(engine.socketPath, say, stop, (run) => {
        registry = run.registry;
      });
    } catch (error) {
      say('cleaning up');
      // Why the demo failed is what counts; that its clean-up failed as well is said beside it.
      await takeAway().catch((left: unknown) =>
        say(`${messageOf(left)} Once that is cured, \`./restow demo down\` cleans up.`),
      );
      throw error;
    }
    if (word === '--keep') {
      say(`it runs on; use it with: export RESTOW_DATA=${join(demoDir, 'data')}; ./restow service ps demo`);
      say('take it away: ./restow demo down');
      return 0;
    }
    say('cleaning up');
    await takeAway();
    return 0;
  },
};
