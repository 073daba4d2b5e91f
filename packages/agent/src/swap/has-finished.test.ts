import type { InstanceSpec } from '@restow/shared/domain/order';
import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf } from '../../../../test/lib/an-instance.ts';

/** A node on which a job was prepared that ends by itself with this code as soon as it is started. */
const aJob = async (crashesWith: number | undefined, given: Partial<InstanceSpec> = {}) => {
  const node = await aSwapNode();
  const spec = anInstance(node.engine.buildLocally('job', { crashesWith }), { autorestart: 'OFF', ...given });
  await node.order({ kind: 'prepare', instance: spec });
  const ref = refOf(spec);
  return {
    ...{ ...node, spec, ref },
    take: () => node.give({ kind: 'take', instance: spec, relayed: false }),
    flip: () => node.give({ kind: 'flip', instance: ref, towards: null }),
    revive: () => node.give({ kind: 'revive', instance: ref }),
    find: () => node.engine.find(spec.instanceId),
  };
};

describe('a job', () => {
  it.each(['OFF', 'ON_FAILURE'] as const)(
    'with %s that ended by itself with 0 is as good as healthy, and is flipped and settled',
    async (autorestart) => {
      const node = await aJob(0, { autorestart, minRunningMs: 60_000 });
      expect(await node.take()).toMatchObject({ ok: true });
      expect(await node.flip()).toMatchObject({ ok: true });
      expect(await node.give({ kind: 'settle', instance: node.ref })).toMatchObject({ ok: true });
      expect(await node.find()).toMatchObject({ state: 'stopped', exitCode: 0, serving: true });
      expect(node.passed).toEqual([]);
    },
  );

  it.each([
    ['ended with another code', 1, {}],
    ['is to be started again whenever it ends', 0, { autorestart: 'ALWAYS' }],
  ] as const)('that %s has failed', async (_, code, given) => {
    const node = await aJob(code, { ...given, minRunningMs: 60_000 });
    expect(await node.take()).toMatchObject({ ok: false, failure: { code: 'instance-exited' } });
    expect(await node.flip()).toMatchObject({ ok: false, failure: { code: 'instance-exited' } });
    expect(await node.find()).toMatchObject({ serving: false });
  });

  it('that was asked to end has not done its work, though it says 0', async () => {
    const node = await aJob(undefined);
    await node.take();
    await node.engine.stop((await node.find())!.containerId, 1000);
    expect(await node.find()).toMatchObject({ exitCode: 0 });
    expect(await node.flip()).toMatchObject({ failure: { code: 'instance-exited' } });
  });

  it.each([
    [0, { ok: true }],
    [1, { failure: { code: 'instance-exited', exitCode: 1 } }],
  ])('that ends with %i while its engine still calls it running is judged by its end', async (code, expected) => {
    const node = await aJob(undefined, { minRunningMs: 60_000 });
    node.network.checkEndpoint = async () => {
      // The program is gone; the engine learns of it a moment later.
      setImmediate(() => node.engine.end(node.spec.instanceId, code));
      return { ok: false, message: 'it has ended', ended: true };
    };
    expect(await node.take()).toMatchObject(expected);
  });
});

it('a job that was removed between its flip and its settling, as its service asks, is settled; one that is missing is not', async () => {
  for (const [autodestroy, expected] of [
    ['ON_SUCCESS', { ok: true }],
    ['OFF', { failure: { code: 'instance-missing' } }],
  ] as const) {
    const node = await aJob(0, { autodestroy });
    await node.take();
    await node.flip();
    await node.engine.remove((await node.find())!.containerId);
    expect(await node.give({ kind: 'settle', instance: node.ref })).toMatchObject(expected);
    expect(await node.flip()).toMatchObject(expected);
  }
});

describe('the way back', () => {
  const served = async (given: Partial<InstanceSpec> = {}) => {
    const node = await aJob(undefined, given);
    await node.take();
    await node.flip();
    return node;
  };
  const runs = (did: string[]) => did.filter((what) => what === 'start web-1').length;

  it.each([
    ['OFF', 0, 1],
    ['OFF', 1, 1],
    ['ON_FAILURE', 0, 1],
    ['ON_FAILURE', 1, 2],
  ] as const)(
    'with %s, to one that had ended with %i: it has been started %i times then',
    async (autorestart, code, times) => {
      const node = await served({ autorestart });
      node.engine.end(node.spec.instanceId, code);
      await node.order({ kind: 'drain', instance: node.ref });
      expect(await node.revive()).toMatchObject({ ok: true });
      expect(runs(node.engine.did)).toBe(times);
      expect(await node.find()).toMatchObject({ serving: true });
    },
  );

  it('to one that was stopped for its swap starts it', async () => {
    const node = await served();
    await node.order({ kind: 'drain', instance: node.ref });
    expect(await node.revive()).toMatchObject({ ok: true });
    expect(await node.find()).toMatchObject({ state: 'running', serving: true });
  });

  it('to one that had ended and was removed then, as its service asks, has nothing to do; to one that is missing it fails', async () => {
    for (const [autodestroy, expected] of [
      ['ON_SUCCESS', { ok: true }],
      ['OFF', { failure: { code: 'instance-missing' } }],
    ] as const) {
      const node = await served({ autodestroy });
      node.engine.end(node.spec.instanceId, 0);
      await node.engine.remove((await node.find())!.containerId);
      expect(await node.revive()).toMatchObject(expected);
    }
  });
});
