import { expect, test } from 'vitest';
import { runCli } from '../lib/run-cli.ts';
import { serveCoordinator } from '../lib/served-coordinator.ts';
import { startDoor, startNode, until } from '../lib/session-lab.ts';

/** The client while the coordinator is away for a moment, in the middle of what it follows. */

test.each([
  ['a redeploy', ['service', 'redeploy', 'web'], 'take', 'web: deployment 2 succeeded'],
  ['a removal', ['service', 'rm', 'web'], 'drain', 'web is gone'],
] as const)('%s is followed on at the next coordinator, to its end', async (_, command, kind, end) => {
  await using first = await serveCoordinator();
  await first.define({ count: 2 });
  expect(await runCli(first, ['service', 'start', 'web'])).toMatchObject({ code: 0 });

  const held = first.agents.holdAt(kind, 'web-1');
  const lost = Promise.withResolvers<void>();
  const run = runCli(first, [...command], {
    onErr: (text) => {
      if (text.includes('was lost')) lost.resolve();
    },
  });
  await held.reached;
  await first[Symbol.asyncDispose]();
  await lost.promise;
  await using _second = await serveCoordinator({ after: first });
  const { code, err } = await run;
  expect(err).toContain(end);
  expect(
    err.match(/The coordinator was lost; deployment 2 goes on\. Trying for 1m to find it again\.\n/g),
  ).toHaveLength(1);
  expect(code).toBe(0);
});

test('what went wrong meanwhile is told, and is the exit code', async () => {
  await using first = await serveCoordinator();
  await first.define();
  await runCli(first, ['service', 'start', 'web']);
  const held = first.agents.holdAt('take', 'web-1');
  const run = runCli(first, ['service', 'redeploy', 'web']);
  await held.reached;
  await first[Symbol.asyncDispose]();
  await using second = await serveCoordinator({
    after: first,
    tell: (agents) => agents.failAt('take', 'web-1', { message: 'it ended with exit code 1' }),
  });
  const { code, err } = await run;
  expect(err).toContain('was rolled back');
  expect(err).toContain('it ended with exit code 1');
  expect(code).toBe(3);
  expect(await second.store.deployments.list({ limit: 1 })).toMatchObject([{ state: 'undone' }]);
});

test('an order under way is not called off by a coordinator that ends: the next one asks what came of it', async () => {
  await using door = await startDoor();
  await using node = startNode(door);
  await node.attached();
  const give = (orderId: string, signal: AbortSignal) =>
    door.agents.send(
      node.nodeId,
      { orderId, order: { kind: 'resolve-image', reference: 'r' }, deadlineMs: 30_000 },
      { signal },
    );
  const letGo = async (orderId: string) => {
    const stop = new AbortController();
    const gone = expect(give(orderId, stop.signal)).rejects.toThrow('ending');
    await node.runner.arrived(orderId);
    stop.abort(new Error('ending'));
    await gone;
  };
  await letGo('nobody-wants-it');
  await until(() => node.runner.cancelled[0] ?? null);
  door.agents.rest();
  await letGo('the-next-one-will');
  // Goes the same way after it, so whatever was to be called off has been.
  const later = give('later', new AbortController().signal);
  await node.runner.arrived('later');
  expect(node.runner.cancelled).toEqual(['nobody-wants-it']);
  node.runner.cancel('later');
  expect(await later).toMatchObject({ failure: { code: 'cancelled' } });
});
