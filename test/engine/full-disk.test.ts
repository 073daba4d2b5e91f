import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { labPlace } from '@restow/lab/lab-place';
import { sampleApp } from '@restow/lab/sample-app';
import type { InstanceSpec } from '@restow/shared/domain/order';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aRealNode, type RealNode } from '../lib/a-real-node.ts';
import { anInstance, refOf, theNext } from '../lib/an-instance.ts';
import { whyNoEngine } from '../lib/real-engine.ts';

const noSpace =
  /^No space left on this node to pull image \S+ \(.*no space left on device\): free some, docker system df/;

describe.skipIf(whyNoEngine !== null)(
  `a disk that is full, of a Docker Engine (${whyNoEngine ?? 'a real one'})`,
  () => {
    let node: RealNode;
    let old: InstanceSpec;

    const disk = (part: string): string => join(labPlace(node.lab.dir).hostDir('n1'), 'docker', part);
    /** Gives a part of the engine's disk a size of its own; what was in it is out of sight. */
    const resize = (part: string, size: string) =>
      node.shell(`mount -t tmpfs -o mode=700,size=${size} tmpfs ${disk(part)}`);
    const world = () =>
      node.shell(
        "docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}'; docker image ls -q --no-trunc | sort; docker volume ls -q",
      );

    beforeAll(async () => {
      node = await aRealNode();
      // Before anything was pulled: layers, and what containers write, have 8 MB from now on.
      await resize('overlay2', '8m');
      await node.shell(`mkdir ${disk('overlay2/l')}`);
      const image = await node.push('app', 'v1', sampleApp('v1'));
      await node.order({ kind: 'pull-image', image });
      old = anInstance(image, { healthCheck: { kind: 'http', port: 80, path: '/' } });
      await node.order({ kind: 'prepare', instance: old });
      await node.order({ kind: 'take', instance: old, relayed: false });
      await node.order({ kind: 'settle', instance: refOf(old) });
    });
    afterAll(() => node?.[Symbol.asyncDispose]());

    test('at the download of an image: disk-full, with what to do; the old instance answers on, and nothing of it stays', async () => {
      const image = await node.push(
        'long',
        'v1',
        sampleApp('long', { layers: [[{ path: 'x', content: randomBytes(2e6) }]] }),
      );
      const before = await world();
      await resize('tmp', '512k');
      const outcome = await node.give({ kind: 'pull-image', image });
      expect(outcome).toMatchObject({
        ok: false,
        failure: { code: 'disk-full', message: expect.stringMatching(noSpace) },
      });
      expect(await node.shell(`ls ${disk('tmp')}`)).toBe('');
      expect(await world()).toBe(before);
      expect(await node.get('http://10.7.0.5/')).toBe('v1');
      await node.shell(`umount ${disk('tmp')}`);
      expect(await node.give({ kind: 'pull-image', image })).toMatchObject({ ok: true });
    });

    test('where an image is unpacked: disk-full, with what to do; the old instance answers on, and a smaller one still goes', async () => {
      const zeros = { path: 'x', content: Buffer.alloc(20e6) };
      const image = await node.push('wide', 'v1', sampleApp('wide', { layers: [[zeros]] }));
      const before = await world();
      const outcome = await node.give({ kind: 'pull-image', image });
      expect(outcome).toMatchObject({
        ok: false,
        failure: { code: 'disk-full', message: expect.stringMatching(noSpace) },
      });
      expect(await world()).toBe(before);
      expect(await node.get('http://10.7.0.5/')).toBe('v1');

      const next = theNext(old, await node.push('app', 'v2', sampleApp('v2')));
      await node.order({ kind: 'pull-image', image: next.image });
      await node.order({ kind: 'prepare', instance: next });
      await node.order({ kind: 'drain', instance: refOf(old) });
      await node.order({ kind: 'take', instance: next, relayed: false });
      expect(await node.get('http://10.7.0.5/')).toBe('v2');
    });
  },
);
