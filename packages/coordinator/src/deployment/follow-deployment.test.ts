import { type Deployment, type DeploymentStep, defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { defaultDefinition } from '@restow/shared/domain/service';
import type { DeploymentEvent } from '@restow/shared/domain/view';
import { beforeEach, expect, test } from 'vitest';
import { localAnnouncer } from '../adapters/local-announcer.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import type { Announcer } from '../ports/announcer.ts';
import type { Store } from '../ports/store.ts';
import { createService } from '../services/define-service.ts';
import type { World } from '../world.ts';
import { followDeployment } from './follow-deployment.ts';

let store: Store;
let announcer: Announcer;
let deployment: Deployment;
let listeners: number;

beforeEach(async () => {
  store = openMemoryStore();
  listeners = 0;
  const inner = localAnnouncer();
  announcer = {
    announce: inner.announce,
    listen: (listener) => {
      const stop = inner.listen(listener);
      listeners++;
      return () => {
        listeners--;
        stop();
      };
    },
  };
  const world = { store, clock: { now: () => 1 }, newId: () => 'service' } as unknown as World;
  await createService(world, 'web', defaultDefinition('r/app:v1'));
  deployment = await store.deployments.add({
    id: 'deployment',
    kind: 'deploy',
    serviceId: 'service',
    serviceName: 'web',
    revisionId: null,
    state: 'queued',
    reason: '',
    code: null,
    requestedBy: 'test',
    options: defaultRedeployOptions,
    plan: null,
    requestedAt: 1,
    startedAt: null,
    endedAt: null,
  });
});

const step = (state: DeploymentStep['state']): DeploymentStep => ({
  deploymentId: 'deployment',
  seq: 1,
  orderId: 'o',
  slotName: null,
  nodeName: null,
  phase: 'plan',
  name: 'plan',
  state,
  detail: '',
  startedAt: 1,
  endedAt: state === 'running' ? null : 2,
});

test('ends, and listens no more, when nobody listened any more before it began', async () => {
  const told: DeploymentEvent[] = [];
  for await (const event of followDeployment({ store, announcer }, 'deployment', AbortSignal.abort())) told.push(event);
  expect(told.map(({ kind }) => kind)).toEqual(['accepted']);
  expect(listeners).toBe(0);
});

test('does not tell that a step runs after it told that it is done', async () => {
  const steps = store.deployments.steps.bind(store.deployments);
  store.deployments.steps = async (id) => {
    for (const state of ['running', 'done'] as const) {
      await store.deployments.putStep(step(state));
      announcer.announce({ kind: 'step', step: step(state) });
    }
    store.deployments.steps = steps;
    return steps(id);
  };
  const told: string[] = [];
  for await (const event of followDeployment({ store, announcer }, 'deployment', new AbortController().signal)) {
    told.push(event.kind === 'step' ? event.step.state : event.kind);
    if (told.length === 2)
      announcer.announce({ kind: 'deployment', deployment: { ...deployment, state: 'superseded' } });
  }
  expect(told).toEqual(['accepted', 'done', 'ended']);
});
