import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance } from '../../../../test/lib/an-instance.ts';
import { exited } from './last-words.ts';

describe('the failure of an instance that ended', () => {
  it.each([
    ['says how long it lived', 40, 'ended with exit code 3, 40 ms after its start.'],
    ['does not say less than nothing, as an engine may have it', -1, 'ended with exit code 3, 0 ms after its start.'],
  ])('%s', async (_, lived, expected) => {
    const { engine, order } = await aSwapNode();
    const image = engine.registry.push('r:5000/crash:v1', { crashesWith: 3 });
    const instance = anInstance(image);
    await order({ kind: 'pull-image', image });
    await order({ kind: 'prepare', instance });
    const found = (await engine.find(instance.instanceId))!;
    const ended = { ...found, state: 'stopped', exitCode: 3, startedAt: 1000, finishedAt: 1000 + lived } as const;
    const { failure } = await exited(engine, ended, new AbortController().signal);
    expect(failure).toMatchObject({ code: 'instance-exited', message: expect.stringContaining(expected) });
  });
});
