import { join } from 'node:path';
import { askEngine } from '../engine-http.ts';
import { checkout } from '../lab-place.ts';
import { startLocalNode } from '../local-node.ts';
import { stopOwnEngine, useEngine } from '../own-engine.ts';
import { type SubCommand, say, stopSignal, wrongUsage } from './command-line.ts';

const engineDir = join(checkout, '.restow/engine');

/** Whether containers of ours run on the engine: then it must not be ended with us. */
const runsOurs = async (socketPath: string): Promise<boolean> => {
  const filters = encodeURIComponent(JSON.stringify({ label: ['io.restow.service'] }));
  const found = await askEngine(socketPath, `/containers/json?filters=${filters}`, AbortSignal.timeout(10_000));
  return (JSON.parse(found) as unknown[]).length > 0;
};

/**
 * `up [--listen HOST:PORT]`: coordinator and agent in the foreground. Ctrl-C ends both and leaves containers running;
 * an engine of our own goes on for them, and is ended where there are none.
 */
export const up: SubCommand = {
  usage: 'up [--listen HOST:PORT]',
  async run(words) {
    const [flag, listen = '127.0.0.1:7600', ...more] = words;
    if ((flag !== undefined && flag !== '--listen') || more.length > 0 || words.length === 1)
      throw wrongUsage(`\`up\` does not know "${words.join(' ')}".`, this.usage);
    const stop = stopSignal();
    const engine = await useEngine({ dir: engineDir, say, signal: stop });
    try {
      const dir = process.env.RESTOW_DATA ?? join(checkout, '.restow/up');
      const node = await startLocalNode({ dir, listen, socketPath: engine.socketPath, say, signal: stop });
      say('in another terminal: ./restow node ls');
      say('Ctrl-C ends coordinator and agent; containers stay');
      const stopped = new Promise<string>((resolve) =>
        stop.addEventListener('abort', () => resolve('asked to end'), { once: true }),
      );
      const ended = await Promise.race([
        stopped,
        node.coordinator.ended.then((how) => `the coordinator ${how}; its log is ${node.coordinator.log}`),
        node.agent.ended.then((how) => `the agent ${how}; its log is ${node.agent.log}`),
      ]);
      say(ended);
      await node.end();
      return stop.aborted ? 0 : 1;
    } finally {
      if (engine.isOurs && (await runsOurs(engine.socketPath)))
        say('our own Docker Engine goes on for the containers; end it with `./restow up end-engine`');
      else await engine[Symbol.asyncDispose]();
    }
  },
};

/** `up end-engine`: ends an engine of our own that was left running for its containers. */
export const endEngine: SubCommand = {
  usage: 'up end-engine',
  async run() {
    await stopOwnEngine(engineDir, say);
    return 0;
  },
};
