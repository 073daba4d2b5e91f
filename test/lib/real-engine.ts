import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerEngine } from '@restow/agent/engine/docker-engine';
import type { Lab } from '@restow/lab/lab';
import { labPlace } from '@restow/lab/lab-place';
import { type ImageSpec, pushImage } from '@restow/lab/push-image';
import { startLab } from '@restow/lab/start-lab';
import { takeDown } from '@restow/lab/take-down';
import { parseImageReference } from '@restow/shared/domain/image-reference';
import type { PinnedImage } from '@restow/shared/domain/revision';

/** Why no engine of our own can be started here; `null` when one can. */
export const whyNoEngine: string | null =
  process.getuid?.() !== 0
    ? 'needs root'
    : ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd'].some((path) => existsSync(path))
      ? null
      : 'needs dockerd';

/** One host with a Docker Engine of its own, in namespaces of its own, and a registry that it reaches. */
export interface RealEngine extends AsyncDisposable {
  engine: DockerEngine;
  socketPath: string;
  /** Runs `docker ARGS...` on it; its standard output. */
  docker(...args: string[]): Promise<string>;
  /** Runs a shell line in the host's namespaces; its standard output, whatever its exit code. */
  shell(line: string): Promise<string>;
  push(name: string, tag: string, image: ImageSpec): Promise<Extract<PinnedImage, { kind: 'digest' }>>;
  lab: Lab;
}

export const startRealEngine = async (nodeId: string): Promise<RealEngine> => {
  const dir = await mkdtemp(join(tmpdir(), 'restow-engine-test-'));
  const lab = await startLab({ nodes: 1, dir, bare: true });
  const socketPath = lab.engineSocket('n1');
  return {
    engine: new DockerEngine({ socketPath, nodeId }),
    socketPath,
    docker: (...args) => lab.docker('n1', ...args),
    shell: async (line) => (await lab.exec('n1', ['sh', '-c', line])).stdout,
    push: async (name, tag, image) => {
      const { reference, digest } = await pushImage(lab.registry.address, name, tag, image);
      const parsed = parseImageReference(reference);
      if (!parsed.ok) throw new Error(parsed.refusal);
      return { kind: 'digest', reference, repository: parsed.value.repository, digest };
    },
    lab,
    [Symbol.asyncDispose]: async () => {
      await takeDown(labPlace(dir));
      await rm(dir, { recursive: true, force: true });
    },
  };
};
