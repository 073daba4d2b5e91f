import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRestowError } from '@restow/shared/base/errors';
import { RestowClient } from '@restow/shared/rpc/restow-client';
import { mustRun, runCommand } from '../command.ts';
import { leaveEngine } from '../leave-engine.ts';
import { publishedAddress } from '../local-node.ts';
import { endProgram, programsMarked } from '../pids.ts';
import { demoDir, demoMark, serviceIdFile } from './demo-place.ts';

/** How long the demo's own clean-up of its service may take. Milliseconds. */
const removalMs = 60_000;

/** Removes every service of the demo's coordinator, as a person would; `false` when it does not answer any more. */
const removeServices = async (): Promise<boolean> => {
  const address = await publishedAddress(join(demoDir, 'data'));
  const tokenFile = join(demoDir, 'data/token');
  if (address === null || !existsSync(tokenFile)) return false;
  using client = new RestowClient({ address, token: (await readFile(tokenFile, 'utf8')).trim(), deadlineMs: 5000 });
  try {
    for (const { name } of await client.listServices())
      for await (const _ of client.removeService(name, { signal: AbortSignal.timeout(removalMs) }));
    return true;
  } catch (error) {
    // A demo that was killed half way: its containers are taken away by label below.
    if (isRestowError(error, 'unavailable')) return false;
    throw error;
  }
};

/**
 * Takes the demo away, all of it: its service, programs, containers, the volume it made (by name, and only one that
 * carries the demo's service as its label), images, and what its agent set up in the kernel. Safe to repeat, also after a crash.
 */
export async function takeDemoDown(
  socketPath: string,
  registry: string | null,
  say: (line: string) => void,
): Promise<void> {
  await removeServices();
  for (const member of await programsMarked(demoMark.name, demoMark.value)) await endProgram(member, 10_000);

  const docker = (...args: string[]) => ['docker', '-H', `unix://${socketPath}`, ...args];
  const serviceId = existsSync(serviceIdFile) ? (await readFile(serviceIdFile, 'utf8')).trim() : '';
  if (serviceId !== '') {
    const ours = ['--filter', `label=io.restow.service=${serviceId}`];
    const containers = (await mustRun("list the demo's containers", docker('ps', '-aq', ...ours)))
      .split('\n')
      .filter(Boolean);
    if (containers.length > 0) await mustRun("remove the demo's containers", docker('rm', '-f', ...containers));
    const volumes = (await mustRun("list the demo's volumes", docker('volume', 'ls', '-q', ...ours)))
      .split('\n')
      .filter(Boolean);
    if (volumes.length > 0) await mustRun("remove the demo's volumes", docker('volume', 'rm', ...volumes));
  }
  const refusal = await leaveEngine(socketPath);
  if (refusal !== null) say(`what an agent set up for the engine stays, it is used: ${refusal}`);
  if (registry !== null) {
    const images = (await runCommand(docker('images', '--digests', '--format', '{{.Repository}}@{{.Digest}}'))).stdout;
    const ours = images.split('\n').filter((image) => image.startsWith(`${registry}/`));
    if (ours.length > 0) await runCommand(docker('rmi', '-f', ...ours));
  }
  await rm(demoDir, { recursive: true, force: true });
}
