import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ImageSpec, pushImage } from '@restow/lab/push-image';
import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { defaultDefinition, type UpdateOrder } from '@restow/shared/domain/service';
import { now } from './answer.ts';
import { type BenchLab, say, untilSucceeded, withLab } from './bench-lab.ts';
import { figuresOf, spread, table } from './figures.ts';
import { startChild } from './lab-child.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { type Asked, judgeWindow, type OutageWindow } from './outage-window.ts';

const program = fileURLToPath(new URL('./ask-on-main.ts', import.meta.url));

/** Windows of each kind. */
const rounds = 7;
/** Between two questions of each client. Milliseconds. */
const everyMs = 5;
/** Looked at before the request and after the end of the deployment as well. Milliseconds. */
const marginMs = 300;
const port = 8080;

/**
 * A web server that costs little to ask, so that two clients at 200 questions a second leave the machine to the swap. It
 * does on SIGTERM what a server should: takes no more connections, ends what it has, exits.
 */
const server = (version: string): ImageSpec => ({
  files: [
    { path: 'www', directory: true },
    { path: 'www/index.html', content: `${version}\n` },
    {
      path: 'serve',
      mode: 0o755,
      content: `#!/bin/sh
httpd -f -p 80 -h /www &
door=$!
trap 'kill $door; usleep 50000; exit 0' TERM
wait
`,
    },
  ],
  cmd: ['/serve'],
  ports: ['80/tcp'],
});

const kinds = ['no swap', 'recreate', 'stop-first', 'start-first'] as const;
type Kind = (typeof kinds)[number];

/** Where questions come from. */
const clients = ['slot address, from a container on another node', 'published port, from outside'] as const;
type Client = (typeof clients)[number];

/** Pid, in its host, of the only slot's container. */
const pidOf = async ({ lab, client }: BenchLab, service: string): Promise<{ host: string; pid: number }> => {
  const [slot] = (await client.getService(service)).slots;
  const host = slot?.nodeName ?? '';
  return { host, pid: Number(await lab.docker(host, 'inspect', '-f', '{{.State.Pid}}', slot?.containerId ?? '')) };
};

/**
 * Redeploys one slot again and again in each order while two clients ask it every 5 ms, and prints how long it did not
 * answer, beside windows in which nothing was done.
 */
export const benchOutage = (signal: AbortSignal): Promise<void> =>
  withLab(2, signal, async (bench) => {
    const { lab, client } = bench;
    for (const version of ['v1', 'v2']) await pushImage(lab.registry.address, 'bench', version, server(version));
    const image = (version: string) => `${lab.registry.address}/bench:${version}`;
    for (const host of ['n1', 'n2'])
      for (const version of ['v1', 'v2']) await lab.docker(host, 'pull', '-q', image(version));

    const definition = (version: string) => {
      const plain = defaultDefinition(image(version));
      return {
        ...plain,
        tags: ['served'],
        ports: [{ containerPort: 80, protocol: 'tcp' as const, published: true, hostPort: port }],
        healthCheck: { kind: 'http' as const, port: 80, path: '/' },
        update: { ...plain.update, watchMs: 0 },
      };
    };
    await client.changeTags('n1', { add: ['served'] });
    await client.changeTags('n2', { add: ['asking'] });
    await client.createService('served', definition('v1'));
    await client.createService('asking', { ...defaultDefinition(image('v1')), tags: ['asking'] });
    for (const name of ['served', 'asking']) await untilSucceeded(client.startService(name));
    const [{ address = '' } = {}] = (await client.getService('served')).slots;
    const asking = await pidOf(bench, 'asking');

    const heard: Record<Client, Asked[]> = { [clients[0]]: [], [clients[1]]: [] };
    const hear = (who: Client) => (line: string) => void heard[who].push(JSON.parse(line) as Asked);
    const urls = [`http://${address}/`, `http://${lab.host('n1').address}:${port}/`] as const;
    await using fromContainer = startChild(
      lab,
      { on: 'container', ...asking },
      program,
      [urls[0], `${everyMs}`],
      hear(clients[0]),
    );
    await using fromOutside = startChild(lab, { on: 'machine' }, program, [urls[1], `${everyMs}`], hear(clients[1]));
    await pause(2000, undefined, { signal });

    let version = 'v1';
    let lastSwapMs = 3000;
    /** The window of one swap, or one as long in which nothing was done. */
    const watch = async (kind: Kind): Promise<[from: number, to: number]> => {
      const from = now();
      await pause(marginMs, undefined, { signal });
      if (kind === 'no swap') await pause(lastSwapMs, undefined, { signal });
      else {
        version = version === 'v1' ? 'v2' : 'v1';
        await client.updateService('served', definition(version));
        const begun = now();
        const order: UpdateOrder = kind;
        await untilSucceeded(client.redeploy('served', { ...defaultRedeployOptions, order }, { signal }));
        lastSwapMs = now() - begun;
      }
      await pause(marginMs, undefined, { signal });
      return [from, now()];
    };

    await watch('stop-first');
    const load = await describeLoad();
    const windows: Record<Kind, [number, number][]> = {
      'no swap': [],
      recreate: [],
      'stop-first': [],
      'start-first': [],
    };
    for (let round = 0; round < rounds; round++) {
      for (const at of kinds.keys()) {
        // Begun with another kind each round, so that none always follows the same one.
        const kind = kinds[(at + round) % kinds.length]!;
        windows[kind].push(await watch(kind));
      }
      say(`round ${round + 1} of ${rounds}`);
    }
    // Every question of the last window has come to an end when its patience has.
    await pause(3500);
    void fromContainer;
    void fromOutside;

    console.log(
      `one slot redeployed in place, asked every ${everyMs} ms by each client on new connections; ${rounds} windows of each kind`,
    );
    console.log(await describeMachine(lab.engineSocket('n1')));
    console.log(load);
    for (const who of clients) {
      const judged = (kind: Kind): OutageWindow[] =>
        windows[kind].map(([from, to]) => judgeWindow(heard[who], from, to));
      console.log(`\n${who}\n`);
      console.log(
        table([
          ['', 'longest gap, ms: median (min-max)', 'failed', 'slowed', 'of asked'],
          ...kinds.map((kind) => {
            const each = judged(kind);
            const sum = (pick: (window: OutageWindow) => number) =>
              String(each.reduce((all, one) => all + pick(one), 0));
            return [
              kind,
              spread(figuresOf(each.map(({ longestGapMs }) => longestGapMs))),
              sum(({ failed }) => failed),
              sum(({ slow }) => slow),
              sum(({ asked }) => asked),
            ];
          }),
        ]),
      );
    }
  });
