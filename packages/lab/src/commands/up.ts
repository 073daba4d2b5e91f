import { join } from 'node:path';
import { claimUpPlace } from '../earlier-up.ts';
import { endIdleEngine } from '../end-idle-engine.ts';
import { checkout } from '../lab-place.ts';
import { endLocalNames, localNames } from '../local-names.ts';
import { startLocalNode } from '../local-node.ts';
import { stopOwnEngine, useEngine } from '../own-engine.ts';
import { type SubCommand, say, stopSignal, wrongUsage } from './command-line.ts';

const engineDir = join(checkout, '.restow/engine');

/**
 * `up [--listen HOST:PORT] | end-engine`: coordinator and agent in the foreground. Ctrl-C ends both and leaves containers running;
 * what answers them by name, and an engine of our own, go on for them (`up end-engine` ends both), and are ended where
 * there are none.
 */
export const up: SubCommand = {
  usage: 'up [--listen HOST:PORT] | up end-engine',
  async run(words) {
    const dir = process.env.RESTOW_DATA ?? join(checkout, '.restow/up');
    if (words.length === 1 && words[0] === 'end-engine') {
      await stopOwnEngine(engineDir, say);
      await endLocalNames(dir);
      return 0;
    }
    const [flag, listen = '127.0.0.1:7600', ...more] = words;
    if ((flag !== undefined && flag !== '--listen') || more.length > 0 || words.length === 1)
      throw wrongUsage(`\`up\` does not know "${words.join(' ')}".`, this.usage);
    const stop = stopSignal();
    await using place = await claimUpPlace(dir, say);
    const engine = await useEngine({ dir: engineDir, say, signal: stop });
    try {
      const { socketPath } = engine;
      const node = await startLocalNode({ dir, listen, socketPath, env: place.env, namesEnv: {}, say, signal: stop });
      say('in another terminal: ./restow node ls');
      say('Ctrl-C ends coordinator and agent; containers stay');
      const stopped = new Promise<string>((resolve) =>
        stop.addEventListener('abort', () => resolve('asked to end'), { once: true }),
      );
      // Neither the programs (they outlive us where we are killed) nor signals keep this one running while it waits.
      const awake = setInterval(() => {}, 2 ** 30);
      const ended = await Promise.race([
        stopped,
        node.coordinator.ended.then((how) => `the coordinator ${how}; its log is ${node.coordinator.log}`),
        node.agent.ended.then((how) => `the agent ${how}; its log is ${node.agent.log}`),
      ]);
      clearInterval(awake);
      say(ended);
      const { namesGoOn } = await node.end();
      if (namesGoOn)
        say(
          `restow-names goes on for the containers, which resolve nothing without it (pid ${(await localNames(dir))?.pid})`,
        );
      return stop.aborted ? 0 : 1;
    } finally {
      const { goesOn } = await endIdleEngine(engine, engineDir, say);
      if (goesOn) say('our own Docker Engine goes on for the containers; end it with `./restow up end-engine`');
    }
  },
};
