import { randomBytes } from 'node:crypto';
import type { ImageSpec } from '@restow/lab/push-image';
import { afterAll, beforeAll, describe } from 'vitest';
import { type RealEngine, startRealEngine, whyNoEngine } from '../lib/real-engine.ts';
import { containerEngineSuite, type EngineSubject } from './container-engine.suite.ts';

const runs = (script: string, more: ImageSpec = {}): ImageSpec => ({ cmd: ['/bin/sh', '-c', script], ...more });
/** A layer that no other image has, and of a size that the engine finds worth reporting. */
const ownLayer: ImageSpec = { files: [{ path: 'own', content: randomBytes(300_000) }] };
const untilAsked = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";

describe.skipIf(whyNoEngine !== null)(`a Docker Engine (${whyNoEngine ?? 'started for this'})`, () => {
  let real: RealEngine;
  let subject: EngineSubject;

  beforeAll(async () => {
    real = await startRealEngine('n1');
    const { docker, engine } = real;
    const app = await real.push('app', 'contract', runs(`echo one; echo two; ${untilAsked}`, ownLayer));
    const crash = await real.push('crash', 'contract', runs('echo giving up >&2; exit 3'));
    const stubborn = await real.push('stubborn', 'contract', runs("trap '' TERM; while :; do sleep 1; done"));
    const checks = {
      volumes: ['/var/lib/b', '/a'],
      healthCheck: { test: ['CMD', 'true'], intervalMs: 100, timeoutMs: 2000 },
    };
    const checked = await real.push('checked', 'contract', runs(untilAsked, checks));
    // Built on the node: here by saving what runs in a container.
    await docker('pull', '-q', crash.reference);
    await docker('create', '--name', 'builder', crash.reference);
    const imageId = await docker('commit', 'builder', '127.0.0.1:1/mine:latest');
    await docker('rm', 'builder');
    await docker('rmi', crash.reference);
    subject = {
      engine,
      images: { app, crash, stubborn, checked },
      local: { kind: 'local', reference: '127.0.0.1:1/mine:latest', imageId, nodeId: 'n1' },
      addForeignContainer: async (name, port) => {
        await engine.pull(app, () => {});
        await docker('run', '-d', '--name', name, '-p', `${port}:80`, `${app.repository}@${app.digest}`);
      },
      addForeignVolume: async (name) => void (await docker('volume', 'create', name)),
    };
  });
  afterAll(() => real?.[Symbol.asyncDispose]());

  containerEngineSuite(() => subject);
});
