import type { DeploymentEvent } from '@restow/shared/domain/view';
import { deploymentEventToWire } from '@restow/shared/rpc/wire-deployment';
import { planReplyToWire } from '@restow/shared/rpc/wire-plan';
import { serviceViewToWire } from '@restow/shared/rpc/wire-service-view';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CannedCoordinator, startCannedCoordinator } from '../lib/canned-coordinator.ts';
import { runCli } from '../lib/run-cli.ts';
import { aDeployment, aPlan, aService } from '../lib/views.ts';

let coordinator: CannedCoordinator;
beforeEach(async () => {
  coordinator = await startCannedCoordinator();
});
afterEach(() => coordinator[Symbol.asyncDispose]());

const wire = (events: DeploymentEvent[]) => events.map(deploymentEventToWire);
const down = { ...aPlan(), swaps: [], batches: [], scale: { from: 3, to: 2 } };
const accepted: DeploymentEvent = {
  kind: 'accepted',
  deployment: aDeployment({ kind: 'scale', plan: down, steps: [], endedAt: null, state: 'rolling' }),
};
const ended: DeploymentEvent = { kind: 'ended', deployment: aDeployment({ kind: 'scale', plan: down }) };

test('each service is asked for with its number, and told how many run then', async () => {
  coordinator.answers.Scale = () => wire([accepted, ended]);
  const run = await runCli(coordinator, ['service', 'scale', 'web=2', 'worker=7', '--no-queue']);
  const options = { notReuseVolumes: false, order: '', noQueue: true, scaleToNodes: false };
  expect(coordinator.asked.map(({ request }) => request)).toMatchObject([
    { service: 'web', options: { ...options, scaleTo: 2 } },
    { service: 'worker', options: { ...options, scaleTo: 7 } },
  ]);
  expect(run).toMatchObject({ code: 0, out: '' });
  expect(run.err).toContain('web: deployment 7 succeeded after 12.3 s: 2 slots (3 before)\n');
});

test('as a dry run it is planned, and nothing else is asked for', async () => {
  const service = aService();
  coordinator.answers.GetService = () => serviceViewToWire(service);
  coordinator.answers.PlanService = () => planReplyToWire({ ok: true, value: down });
  const run = await runCli(coordinator, ['service', 'scale', 'web', '2', '--dry-run']);
  expect(coordinator.asked.map(({ call }) => call)).toEqual(['GetService', 'PlanService']);
  expect(coordinator.asked[1]!.request).toMatchObject({ service: service.id, options: { scaleTo: 2 } });
  expect(run).toMatchObject({ code: 0 });
  expect(run.out).toContain('web: scale from 3 to 2 slots; what stays is left alone\n');
});

test('what cannot be meant is refused, all of it, and nothing is asked for', async () => {
  const run = await runCli(coordinator, ['service', 'scale', 'web', 'worker=many']);
  expect(run.code).toBe(2);
  expect(run.err).toContain('"web" is not SERVICE=COUNT');
  expect(run.err).toContain('"worker=many" is not SERVICE=COUNT');
  expect(coordinator.asked).toEqual([]);
});
