import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RestowError } from '@restow/shared/base/errors';
import { freePort } from '@restow/shared/base/free-port';
import type { SlotView } from '@restow/shared/domain/view';
import { RestowClient } from '@restow/shared/rpc/restow-client';
import { mustRun } from '../command.ts';
import { startLocalNode } from '../local-node.ts';
import { startRegistry } from '../registry.ts';
import { pushSampleImages } from '../sample-images.ts';
import { demoDir, demoMark, demoService, serviceIdFile } from './demo-place.ts';
import { probe, summarize } from './probe.ts';
import { chapter, line, type } from './tell.ts';

/** Time between two questions of the probe. Milliseconds. */
const everyMs = 10;

export interface DemoRun {
  registry: string;
}

/** What a slot looks like, for the comparison at the end. */
const slotOf = async (client: RestowClient): Promise<SlotView> => {
  const { slots } = await client.getService(demoService);
  const [slot] = slots;
  if (!slot) throw new RestowError('internal', `The demo's service has no slot.`);
  return slot;
};

/**
 * The main job on this machine: deploy, redeploy while being probed, compare. Leaves everything running; the caller
 * takes it away. Throws when anything did not go as promised.
 */
export async function runDemo(
  socketPath: string,
  say: (line: string) => void,
  signal: AbortSignal,
  started: (run: DemoRun) => void,
): Promise<void> {
  const env = { [demoMark.name]: demoMark.value };
  await mkdir(demoDir, { recursive: true });
  const registry = await startRegistry({
    host: '127.0.0.1',
    dir: join(demoDir, 'registry'),
    env: { ...process.env, ...env },
    signal,
  });
  started({ registry: registry.address });
  await pushSampleImages(registry.address);
  say(`registry at ${registry.address} with a sample image in two versions, app:v1 and app:v2`);
  const node = await startLocalNode({
    dir: join(demoDir, 'data'),
    listen: `127.0.0.1:${await freePort('127.0.0.1')}`,
    socketPath,
    env,
    say,
    signal,
  });
  using client = new RestowClient({ address: node.address, token: (await readFile(node.tokenFile, 'utf8')).trim() });
  // The demo must not depend on what else runs here.
  const port = await freePort('0.0.0.0', 8080);
  const url = `http://127.0.0.1:${port}/`;
  const inside = async (...words: string[]): Promise<string> => {
    const { containerId } = await slotOf(client);
    return (
      await mustRun('look into the container', [
        'docker',
        '-H',
        `unix://${socketPath}`,
        'exec',
        containerId ?? '',
        ...words,
      ])
    ).trim();
  };

  chapter('Deploy: a service with a volume and a published port');
  await type(
    node.env,
    signal,
    ...['service', 'create', '--name', demoService, '-p', `${port}:80`, '-v', '/data', '--health-http', '80/'],
    `${registry.address}/app:v1`,
  );
  await writeFile(serviceIdFile, (await client.getService(demoService)).id);
  await type(node.env, signal, 'service', 'start', demoService);
  await mustRun('write into the volume', [
    ...['docker', '-H', `unix://${socketPath}`, 'exec', (await slotOf(client)).containerId ?? '', 'sh', '-c'],
    'echo "written before the redeploy" >/data/note',
  ]);
  const before = await slotOf(client);
  line(`it answers at ${url}, and /data/note was written into its volume`);

  chapter('Plan: what a redeploy to the second version would do, before anything is touched');
  await type(node.env, signal, 'service', 'update', '--image', `${registry.address}/app:v2`, demoService);
  await type(node.env, signal, 'plan', demoService);

  chapter(`Redeploy, while ${url} is asked every ${everyMs} ms`);
  const probing = new AbortController();
  const answers = probe(url, everyMs, AbortSignal.any([probing.signal, signal]));
  try {
    await type(node.env, signal, 'service', 'redeploy', demoService);
  } finally {
    probing.abort();
  }
  const summary = summarize(await answers);

  chapter("The service's logs, from NATS: both versions, the first one's container is gone");
  await type(node.env, signal, 'service', 'logs', '--tail', '12', demoService);

  chapter('What stayed');
  const after = await slotOf(client);
  const note = await inside('cat', '/data/note');
  const rows: [string, string, string, boolean][] = [
    ['version', summary.versions[0] ?? '-', summary.versions.at(-1) ?? '-', summary.versions.join(' ') === 'v1 v2'],
    [
      'container',
      before.containerId?.slice(0, 12) ?? '-',
      after.containerId?.slice(0, 12) ?? '-',
      before.containerId !== after.containerId,
    ],
    ['address', before.address, after.address, before.address === after.address],
    ['volume', 'written before the redeploy', note, note === 'written before the redeploy'],
    ['port', String(port), String(after.ports[0]?.hostPort ?? '-'), after.ports[0]?.hostPort === port],
  ];
  for (const [what, was, is, good] of rows)
    line(
      `${what.padEnd(10)} ${was === is ? `${is} (the same)` : `${was} -> ${is}`}${good ? '' : '   <- not as promised'}`,
    );
  line(
    `not answering for ${(summary.longestGapMs / 1000).toFixed(2)} s: ${summary.failed} of ${summary.asked} questions, stop-first as the plan said`,
  );
  if (rows.some(([, , , good]) => !good))
    throw new RestowError('internal', 'Something did not stay as promised; see above.');
}
