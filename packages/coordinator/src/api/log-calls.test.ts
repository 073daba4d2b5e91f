import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Metadata } from '@grpc/grpc-js';
import { systemClock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';
import { openLog } from '@restow/shared/base/log';
import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { defaultDefinition } from '@restow/shared/domain/service';
import { expect, test, vi } from 'vitest';
import { localAnnouncer } from '../adapters/local-announcer.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { moveDeployment } from '../deployment/move-deployment.ts';
import { ServiceQueues } from '../deployment/service-queues.ts';
import { createService } from '../services/define-service.ts';
import type { World } from '../world.ts';
import { noPublicNames } from '../zone/public-names.ts';
import { logCalls } from './log-calls.ts';

/** The server's end of a stream nobody reads slowly. */
class Heard extends EventEmitter {
  readonly metadata = new Metadata();
  readonly told: unknown[] = [];
  readonly request: object;
  constructor(request: object) {
    super();
    this.request = request;
  }
  sendMetadata(): void {}
  write(message: unknown): boolean {
    this.told.push(message);
    return true;
  }
  end(): void {
    this.emit('over');
  }
}

test('steps are told to their end though NATS does not answer, and then why there are no lines', async () => {
  const store = openMemoryStore();
  const announcer = localAnnouncer();
  const log = openLog('test', 'silent');
  let ids = 0;
  const world = {
    store,
    announcer,
    agents: { isConnected: () => false },
    clock: systemClock,
    log,
    newId: () => `id-${++ids}`,
    overlaySubnet: '10.7.0.0/16',
    dynamicPorts: { first: 32_000, last: 32_767 },
    publicNames: noPublicNames,
    dockerCloudUrl: null,
  } as unknown as World;
  const service = await createService(world, 'web', defaultDefinition('r/app:v1'));
  const deployment = await store.deployments.add({
    id: world.newId(),
    kind: 'deploy',
    serviceId: service.id,
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
  const calls = logCalls({
    world,
    queues: new ServiceQueues(world, new AbortController().signal),
    archive: {
      // biome-ignore lint/correctness/useYield: it fails before it has anything to give.
      read: async function* () {
        throw new RestowError('unavailable', 'NATS does not answer.');
      },
    },
    authenticate: () => ({ kind: 'operator', name: 'test' }),
    server: { version: '0', clusterId: 'c', epoch: 1 },
  });
  const call = new Heard({ deployment: String(deployment.number), follow: true });
  const failed = new Promise<{ details: string }>((resolve) => call.once('error', resolve));
  (calls.DeploymentLogs as unknown as (call: unknown) => void)(call);
  // Long enough for a rejection nobody listens to to be noticed.
  for (let turns = 0; turns < 5; turns++) await turn();

  announcer.announce({
    kind: 'step',
    step: {
      deploymentId: deployment.id,
      seq: 1,
      orderId: 'o',
      slotName: null,
      nodeName: null,
      phase: 'plan',
      name: 'plan',
      state: 'running',
      detail: '',
      startedAt: 1,
      endedAt: null,
    },
  });
  await vi.waitFor(() => expect(call.told).toHaveLength(1));
  await moveDeployment(world, deployment, 'superseded', { reason: 'a newer one' });
  expect((await failed).details).toContain('NATS does not answer');
});
