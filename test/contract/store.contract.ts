import { type ErrorCode, RestowError } from '@restow/shared/base/errors';
import { type DeploymentState, deploymentMoves, mayMove } from '@restow/shared/domain/deployment';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../packages/coordinator/src/ports/store.ts';
import {
  aDeployment,
  addDeployed,
  aNode,
  anInstance,
  aPlan,
  aRevision,
  aService,
  aSlot,
  aStep,
  aVolume,
} from './store-samples.ts';

const unknownId = '00000000-0000-4000-8000-000000000000';

/** Expects a refusal with that code whose sentence has each of `words` in it. */
export const refusal = async (attempt: Promise<unknown>, code: ErrorCode, ...words: string[]): Promise<void> => {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RestowError);
  expect((error as RestowError).code).toBe(code);
  for (const word of words) expect((error as RestowError).message).toContain(word);
};

/** What `ports/store.ts` promises, asked of one store. */
export const storeContract = (name: string, open: () => Promise<Store>): void => {
  describe(name, () => {
    let store: Store;

    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describe('settings', () => {
      test('a value is found under its key, the newest one', async () => {
        expect(await store.settings.get('cluster')).toBeNull();
        await store.settings.set('cluster', 'a');
        await store.settings.set('epoch', '7');
        await store.settings.set('cluster', 'b');
        expect(await store.settings.get('cluster')).toBe('b');
        expect(await store.settings.get('epoch')).toBe('7');
      });
    });

    describe('services', () => {
      test('a service comes back as it went in', async () => {
        const service = aService();
        await store.services.add(service);
        expect(await store.services.get(service.id)).toEqual(service);
        expect(await store.services.get(unknownId)).toBeNull();
      });

      test('what comes back is a copy', async () => {
        const service = aService();
        await store.services.add(service);
        service.name = 'changed by its giver';
        const read = (await store.services.get(service.id))!;
        read.definition.tags.push('changed by its reader');
        expect(await store.services.get(service.id)).toEqual({ ...service, name: 'web' });
      });

      test('a name is had by one living service', async () => {
        const first = aService();
        await store.services.add(first);
        await refusal(store.services.add(aService()), 'already-exists', 'web');
        await store.services.update({ ...first, removedAt: 5 });
        await store.services.add(aService());
        await store.services.add(aService({ removedAt: 6 }));
      });

      test('a name is had by one living service of a stack, and by one that belongs to none', async () => {
        for (const stack of ['production', null, 'common']) await store.services.add(aService({ stack }));
        await refusal(store.services.add(aService({ stack: 'common' })), 'already-exists', 'web.common');
        await refusal(store.services.add(aService({ stack: null })), 'already-exists', 'web');
        expect((await store.services.list()).map(({ stack }) => stack)).toEqual([null, 'common', 'production']);
      });

      test('an update cannot take the name of another, nor come back to a name taken meanwhile', async () => {
        const removed = aService({ removedAt: 5 });
        const other = aService({ name: 'api' });
        await store.services.add(removed);
        await store.services.add(aService());
        await store.services.add(other);
        await refusal(store.services.update({ ...other, name: 'web' }), 'already-exists', 'web');
        await refusal(store.services.update({ ...removed, removedAt: null }), 'already-exists', 'web');
        expect(await store.services.get(other.id)).toEqual(other);
      });

      test('an id is had by one service', async () => {
        const service = aService();
        await store.services.add(service);
        await refusal(store.services.add({ ...service, name: 'other' }), 'already-exists', service.id);
      });

      test('an update writes the whole row', async () => {
        const service = aService();
        await store.services.add(service);
        const changed = { ...aService({ name: 'shop', version: 5, updatedAt: 9 }), id: service.id };
        changed.definition = { ...changed.definition, image: 'registry:5000/shop:v2' };
        await store.services.update(changed);
        expect(await store.services.get(service.id)).toEqual(changed);
      });

      test('an update of a service that is not there is refused', () =>
        refusal(store.services.update(aService({ id: unknownId })), 'not-found', 'service', unknownId));

      test('the list has those not removed, by name', async () => {
        for (const name of ['web', 'api', 'web-2', 'web-10']) await store.services.add(aService({ name }));
        await store.services.add(aService({ name: 'gone', removedAt: 5 }));
        expect((await store.services.list()).map(({ name }) => name)).toEqual(['api', 'web', 'web-10', 'web-2']);
      });
    });

    describe('revisions', () => {
      test('a revision comes back as it went in, of either kind of image', async () => {
        const service = aService();
        await store.services.add(service);
        const local = { kind: 'local', reference: 'mine:v1', imageId: 'sha256:1', nodeId: unknownId } as const;
        const revisions = [aRevision(service), aRevision(service, { number: 2, image: local })];
        for (const revision of revisions) await store.revisions.add(revision);
        for (const revision of revisions) expect(await store.revisions.get(revision.id)).toEqual(revision);
        expect(await store.revisions.get(unknownId)).toBeNull();
      });

      test('a number is had by one revision of a service', async () => {
        const service = aService();
        const other = aService({ name: 'api' });
        await store.services.add(service);
        await store.services.add(other);
        const revision = aRevision(service);
        await store.revisions.add(revision);
        await refusal(store.revisions.add(aRevision(service)), 'already-exists', service.id, 'revision 1');
        await refusal(store.revisions.add({ ...revision, number: 2 }), 'already-exists', revision.id);
        await store.revisions.add(aRevision(other));
      });

      test('a revision needs its service', () =>
        refusal(store.revisions.add(aRevision(aService({ id: unknownId }))), 'not-found', 'service', unknownId));

      test('those of a service are listed by number', async () => {
        const service = aService();
        const other = aService({ name: 'api' });
        await store.services.add(service);
        await store.services.add(other);
        for (const number of [10, 9, 1, 2]) await store.revisions.add(aRevision(service, { number }));
        await store.revisions.add(aRevision(other, { number: 3 }));
        expect((await store.revisions.ofService(service.id)).map(({ number }) => number)).toEqual([1, 2, 9, 10]);
        expect(await store.revisions.ofService(unknownId)).toEqual([]);
      });
    });

    describe('slots', () => {
      test('a slot comes back as it went in, with what is desired and without', async () => {
        const { slot, service, desired } = await addDeployed(store);
        expect(await store.slots.get(slot.id)).toEqual(slot);
        const second = aSlot(service, { index: 2, address: '10.7.0.2', desired });
        await store.slots.add(second);
        expect(await store.slots.get(second.id)).toEqual(second);
        expect(await store.slots.get(unknownId)).toBeNull();
      });

      test('what is desired is set and taken away', async () => {
        const { slot, desired } = await addDeployed(store);
        await store.slots.setDesired(slot.id, desired);
        expect(await store.slots.get(slot.id)).toEqual({ ...slot, desired });
        await store.slots.setDesired(slot.id, null);
        expect(await store.slots.get(slot.id)).toEqual(slot);
      });

      test('an address is had by one living slot of all services', async () => {
        const { slot } = await addDeployed(store);
        const other = aService({ name: 'api' });
        await store.services.add(other);
        await refusal(store.slots.add(aSlot(other)), 'already-exists', '10.7.0.1');
        await store.slots.remove(slot.id, 5);
        await store.slots.add(aSlot(other));
      });

      test('an index is had by one living slot of its service', async () => {
        const { slot, service } = await addDeployed(store);
        const other = aService({ name: 'api' });
        await store.services.add(other);
        await store.slots.add(aSlot(other, { address: '10.7.0.2' }));
        const again = aSlot(service, { address: '10.7.0.3' });
        await refusal(store.slots.add(again), 'already-exists', service.id, 'slot 1');
        await store.slots.remove(slot.id, 5);
        await store.slots.add(again);
      });

      test('an id is had by one slot', async () => {
        const { slot } = await addDeployed(store);
        const again = { ...slot, index: 2, address: '10.7.0.2' };
        await refusal(store.slots.add(again), 'already-exists', slot.id);
      });

      test('a removed slot keeps its row and is listed no more; removing it again keeps the first time', async () => {
        const { slot, service } = await addDeployed(store);
        await store.slots.remove(slot.id, 5);
        await store.slots.remove(slot.id, 6);
        expect(await store.slots.get(slot.id)).toEqual({ ...slot, removedAt: 5 });
        expect(await store.slots.ofService(service.id)).toEqual([]);
        expect(await store.slots.list()).toEqual([]);
      });

      test('nothing can be desired of a slot that was removed', async () => {
        const { slot, desired } = await addDeployed(store);
        await store.slots.remove(slot.id, 5);
        await refusal(store.slots.setDesired(slot.id, desired), 'failed-precondition', slot.id);
      });

      test('a slot needs its service, and what is desired needs revision, node and deployment', async () => {
        const { slot, service, desired } = await addDeployed(store);
        await refusal(store.slots.add(aSlot(aService({ id: unknownId }))), 'not-found', 'service', unknownId);
        for (const [field, what] of [
          ['revisionId', 'revision'],
          ['nodeId', 'node'],
          ['deploymentId', 'deployment'],
        ] as const) {
          const broken = { ...desired, [field]: unknownId };
          await refusal(store.slots.setDesired(slot.id, broken), 'not-found', what, unknownId);
          const added = aSlot(service, { index: 2, address: '10.7.0.2', desired: broken });
          await refusal(store.slots.add(added), 'not-found', what, unknownId);
        }
        expect(await store.slots.get(slot.id)).toEqual(slot);
      });

      test('a slot that is not there is refused', async () => {
        await refusal(store.slots.setDesired(unknownId, null), 'not-found', 'slot', unknownId);
        await refusal(store.slots.remove(unknownId, 5), 'not-found', 'slot', unknownId);
      });

      test('those of a service are listed by index, all of them by address as a number', async () => {
        const service = aService();
        const other = aService({ name: 'api' });
        await store.services.add(service);
        await store.services.add(other);
        await store.slots.add(aSlot(service, { index: 10, address: '10.7.0.9' }));
        await store.slots.add(aSlot(service, { index: 9, address: '10.7.0.10' }));
        await store.slots.add(aSlot(other, { index: 1, address: '10.7.0.2' }));
        await store.slots.add(aSlot(service, { index: 1, address: '10.7.1.0' }));
        expect((await store.slots.ofService(service.id)).map(({ index }) => index)).toEqual([1, 9, 10]);
        expect((await store.slots.list()).map(({ address }) => address)).toEqual([
          '10.7.0.2',
          '10.7.0.9',
          '10.7.0.10',
          '10.7.1.0',
        ]);
      });
    });

    describe('observed instances', () => {
      test('an instance comes back as last put, whether or not the store knows its service', async () => {
        const instance = anInstance();
        await store.instances.put(instance);
        expect(await store.instances.get(instance.instanceId)).toEqual(instance);
        const started = {
          ...instance,
          state: 'running',
          health: 'healthy',
          exitCode: null,
          startedAt: null,
          finishedAt: null,
        } as const;
        await store.instances.put(started);
        expect(await store.instances.get(instance.instanceId)).toEqual(started);
        expect(await store.instances.list()).toEqual([started]);
        expect(await store.instances.get(unknownId)).toBeNull();
      });

      test('a complete observation makes the rows of its node exactly what it says, and touches no other', async () => {
        const on = (nodeId: string, containerName: string) => anInstance({ nodeId, containerName });
        const [gone, stays, elsewhere] = [on('n1', 'a'), on('n1', 'b'), on('n2', 'c')];
        for (const instance of [gone, stays, elsewhere]) await store.instances.put(instance);
        const changed = { ...stays, exitCode: 0 };
        const added = on('n1', 'd');
        await store.instances.replaceOfNode('n1', [added, changed]);
        expect(await store.instances.list()).toEqual([changed, elsewhere, added]);
        await store.instances.replaceOfNode('n1', []);
        expect(await store.instances.list()).toEqual([elsewhere]);
      });

      test('an instance that another node reported last belongs to the one that reports it now', async () => {
        const instance = anInstance({ nodeId: 'n1' });
        await store.instances.put(instance);
        await store.instances.replaceOfNode('n2', [{ ...instance, nodeId: 'n2' }]);
        await store.instances.replaceOfNode('n1', []);
        expect(await store.instances.list()).toEqual([{ ...instance, nodeId: 'n2' }]);
      });

      test('an observation that holds an instance of another node is refused whole', async () => {
        const instance = anInstance({ nodeId: 'n1' });
        await store.instances.put(instance);
        const foreign = anInstance({ nodeId: 'n2' });
        await refusal(store.instances.replaceOfNode('n1', [foreign]), 'invalid', 'n1', 'n2', foreign.instanceId);
        expect(await store.instances.list()).toEqual([instance]);
      });

      test('those of a service, and all, are listed by container name', async () => {
        const named = (containerName: string, serviceId: string) => anInstance({ containerName, serviceId });
        for (const instance of [named('web-2', 's1'), named('api-1', 's2'), named('web-1', 's1')])
          await store.instances.put(instance);
        const names = (instances: { containerName: string }[]) => instances.map(({ containerName }) => containerName);
        expect(names(await store.instances.ofService('s1'))).toEqual(['web-1', 'web-2']);
        expect(names(await store.instances.list())).toEqual(['api-1', 'web-1', 'web-2']);
      });
    });

    describe('deployments', () => {
      test('the store gives the numbers: 1, 2, 3, over all services', async () => {
        const service = aService();
        const other = aService({ name: 'api' });
        await store.services.add(service);
        await store.services.add(other);
        const added = await Promise.all(
          [service, other, service].map((each) => store.deployments.add(aDeployment(each))),
        );
        expect(added.map(({ number }) => number)).toEqual([1, 2, 3]);
        for (const deployment of added) {
          expect(await store.deployments.get(deployment.id)).toEqual(deployment);
          expect(await store.deployments.byNumber(deployment.number)).toEqual(deployment);
        }
        expect(await store.deployments.get(unknownId)).toBeNull();
        expect(await store.deployments.byNumber(4)).toBeNull();
      });

      test('a deployment comes back as it went in', async () => {
        const { service, revision } = await addDeployed(store);
        const asked = aDeployment(service, {
          revisionId: revision.id,
          state: 'failed',
          reason: 'the engine of n1 does not answer',
          code: 'unavailable',
          plan: aPlan(service),
          startedAt: 8,
          endedAt: 9,
        });
        const { number } = await store.deployments.add(asked);
        expect(await store.deployments.get(asked.id)).toEqual({ ...asked, number });
      });

      test('a number is not given again when the transaction that took it is undone, nor skipped', async () => {
        const service = aService();
        await store.services.add(service);
        const undone = store.transaction(async (inside) => {
          await inside.deployments.add(aDeployment(service));
          throw new Error('thought better of it');
        });
        await expect(undone).rejects.toThrow('thought better of it');
        expect((await store.deployments.add(aDeployment(service))).number).toBe(1);
      });

      test('an update writes the whole row', async () => {
        const { service, revision, deployment } = await addDeployed(store);
        const planned = { ...deployment, state: 'planning', startedAt: 8, revisionId: null } as const;
        await store.deployments.update(planned);
        expect(await store.deployments.get(deployment.id)).toEqual(planned);
        const refused = {
          ...planned,
          state: 'refused',
          reason: 'no node carries tag prod',
          code: 'unschedulable',
          plan: aPlan(service),
          revisionId: revision.id,
          endedAt: 9,
        } as const;
        await store.deployments.update(refused);
        expect(await store.deployments.get(deployment.id)).toEqual(refused);
      });

      const states = Object.keys(deploymentMoves) as DeploymentState[];
      test.each(states)('from %s only the moves of the table are taken, and staying', async (from) => {
        const service = aService();
        await store.services.add(service);
        for (const to of states) {
          const deployment = await store.deployments.add(aDeployment(service, { state: from }));
          const update = store.deployments.update({ ...deployment, state: to, reason: 'moved' });
          const allowed = from === to || mayMove(from, to);
          if (allowed) await update;
          else await refusal(update, 'failed-precondition', String(deployment.number), from, to);
          const now = await store.deployments.get(deployment.id);
          expect(now).toEqual(allowed ? { ...deployment, state: to, reason: 'moved' } : deployment);
        }
      });

      test('a deployment keeps its number', async () => {
        const { deployment } = await addDeployed(store);
        await refusal(store.deployments.update({ ...deployment, number: 7 }), 'failed-precondition', '1', '7');
      });

      test('an id is had by one deployment', async () => {
        const { service, deployment } = await addDeployed(store);
        const again = aDeployment(service, { id: deployment.id });
        await refusal(store.deployments.add(again), 'already-exists', deployment.id);
        expect((await store.deployments.add(aDeployment(service))).number).toBe(2);
      });

      test('a deployment needs its service and its revision, and must be there to be updated', async () => {
        const { service, deployment } = await addDeployed(store);
        const orphan = aDeployment(aService({ id: unknownId }));
        await refusal(store.deployments.add(orphan), 'not-found', 'service', unknownId);
        const unrevised = aDeployment(service, { revisionId: unknownId });
        await refusal(store.deployments.add(unrevised), 'not-found', 'revision', unknownId);
        const update = store.deployments.update({ ...deployment, revisionId: unknownId });
        await refusal(update, 'not-found', 'revision', unknownId);
        const missing = store.deployments.update({ ...deployment, id: unknownId });
        await refusal(missing, 'not-found', 'deployment', unknownId);
      });

      test('the list is newest first, of one service, of some states, and no longer than asked', async () => {
        const service = aService();
        const other = aService({ name: 'api' });
        await store.services.add(service);
        await store.services.add(other);
        const rows: [typeof service, DeploymentState][] = [
          [service, 'succeeded'],
          [other, 'succeeded'],
          [service, 'undone'],
          [other, 'queued'],
          [service, 'queued'],
        ];
        for (const [of, state] of rows) await store.deployments.add(aDeployment(of, { state }));
        const numbers = async (filter: Parameters<Store['deployments']['list']>[0]) =>
          (await store.deployments.list(filter)).map(({ number }) => number);
        expect(await numbers({})).toEqual([5, 4, 3, 2, 1]);
        expect(await numbers({ limit: 2 })).toEqual([5, 4]);
        expect(await numbers({ limit: 0 })).toEqual([]);
        expect(await numbers({ serviceId: service.id })).toEqual([5, 3, 1]);
        expect(await numbers({ states: ['succeeded', 'undone'] })).toEqual([3, 2, 1]);
        expect(await numbers({ states: [] })).toEqual([]);
        expect(await numbers({ serviceId: other.id, states: ['succeeded', 'queued'], limit: 1 })).toEqual([4]);
        expect(await numbers({ serviceId: unknownId })).toEqual([]);
      });
    });

    describe('steps', () => {
      test('a step is added, then replaced by the one with its number', async () => {
        const { deployment } = await addDeployed(store);
        const begun = aStep(deployment);
        await store.deployments.putStep(begun);
        expect(await store.deployments.steps(deployment.id)).toEqual([begun]);
        const ended = { ...begun, state: 'failed', detail: 'exit 1\nlast line', endedAt: 12 } as const;
        await store.deployments.putStep(ended);
        expect(await store.deployments.steps(deployment.id)).toEqual([ended]);
      });

      test('steps are listed by number, those of their deployment only', async () => {
        const { service, deployment } = await addDeployed(store);
        const other = await store.deployments.add(aDeployment(service));
        for (const seq of [10, 2, 1]) await store.deployments.putStep(aStep(deployment, { seq }));
        await store.deployments.putStep(aStep(other, { slotName: null, nodeName: null, phase: 'plan' }));
        expect((await store.deployments.steps(deployment.id)).map(({ seq }) => seq)).toEqual([1, 2, 10]);
        expect(await store.deployments.steps(unknownId)).toEqual([]);
      });

      test('a step needs its deployment', () =>
        refusal(store.deployments.putStep(aStep({ id: unknownId })), 'not-found', 'deployment', unknownId));
    });

    describe('nodes', () => {
      test('a node comes back as last put', async () => {
        const node = aNode();
        await store.nodes.put(node);
        expect(await store.nodes.get(node.id)).toEqual(node);
        const back = { ...aNode({ name: 'renamed', tags: [] }), id: node.id, unreachableSince: null };
        await store.nodes.put(back);
        expect(await store.nodes.get(node.id)).toEqual(back);
        expect(await store.nodes.get(unknownId)).toBeNull();
      });

      test('a name is had by one node', async () => {
        const node = aNode();
        const other = aNode({ name: 'n2' });
        await store.nodes.put(node);
        await store.nodes.put(other);
        await refusal(store.nodes.put(aNode()), 'already-exists', 'n1');
        await refusal(store.nodes.put({ ...other, name: 'n1' }), 'already-exists', 'n1');
        expect(await store.nodes.get(other.id)).toEqual(other);
      });

      test('the list is by name', async () => {
        for (const name of ['n3', 'n1', 'n2']) await store.nodes.put(aNode({ name }));
        expect((await store.nodes.list()).map(({ name }) => name)).toEqual(['n1', 'n2', 'n3']);
      });
    });

    describe('volumes', () => {
      test('a volume comes back as last put', async () => {
        const { slot, node } = await addDeployed(store);
        const volume = aVolume(slot, node);
        await store.volumes.put(volume);
        expect(await store.volumes.get(volume.id)).toEqual(volume);
        const detached = { ...volume, state: 'detached', origin: 'definition' } as const;
        await store.volumes.put(detached);
        expect(await store.volumes.get(volume.id)).toEqual(detached);
        expect(await store.volumes.list()).toEqual([detached]);
        expect(await store.volumes.get(unknownId)).toBeNull();
      });

      test('a name is had by one volume of a node', async () => {
        const { slot, node } = await addDeployed(store);
        const second = aNode({ name: 'n2' });
        await store.nodes.put(second);
        await store.volumes.put(aVolume(slot, node));
        await refusal(store.volumes.put(aVolume(slot, node)), 'already-exists', node.id, 'web-1-data');
        const elsewhere = aVolume(slot, second);
        await store.volumes.put(elsewhere);
        const moved = store.volumes.put({ ...elsewhere, nodeId: node.id });
        await refusal(moved, 'already-exists', node.id, 'web-1-data');
        expect(await store.volumes.get(elsewhere.id)).toEqual(elsewhere);
      });

      test('a volume needs its service, slot and node', async () => {
        const { slot, node } = await addDeployed(store);
        for (const [field, what] of [
          ['serviceId', 'service'],
          ['slotId', 'slot'],
          ['nodeId', 'node'],
        ] as const) {
          const broken = aVolume(slot, node, { [field]: unknownId });
          await refusal(store.volumes.put(broken), 'not-found', what, unknownId);
        }
      });

      test('the list is by name, then by the name of the node', async () => {
        const { slot, node, service } = await addDeployed(store);
        const other = aService({ name: 'api' });
        const otherSlot = aSlot(other, { address: '10.7.0.2' });
        await store.services.add(other);
        await store.slots.add(otherSlot);
        const second = aNode({ name: 'n2' });
        const third = aNode({ name: 'n0' });
        await store.nodes.put(second);
        await store.nodes.put(third);
        await store.volumes.put(aVolume(slot, node, { name: 'b' }));
        await store.volumes.put(aVolume(slot, second, { name: 'a' }));
        await store.volumes.put(aVolume(slot, third, { name: 'b' }));
        await store.volumes.put(aVolume(otherSlot, second, { name: 'b' }));
        const named = (volumes: { name: string; nodeId: string }[]) =>
          volumes.map(({ name, nodeId }) => [name, { [node.id]: 'n1', [second.id]: 'n2', [third.id]: 'n0' }[nodeId]]);
        expect(named(await store.volumes.list())).toEqual([
          ['a', 'n2'],
          ['b', 'n0'],
          ['b', 'n1'],
          ['b', 'n2'],
        ]);
        expect(named(await store.volumes.ofService(service.id))).toEqual([
          ['a', 'n2'],
          ['b', 'n0'],
          ['b', 'n1'],
        ]);
      });
    });

    describe('transactions', () => {
      test('what all of it wrote is there when it resolves, with what it returned', async () => {
        const service = aService();
        const number = await store.transaction(async (inside) => {
          await inside.services.add(service);
          return (await inside.deployments.add(aDeployment(service))).number;
        });
        expect(number).toBe(1);
        expect(await store.services.get(service.id)).toEqual(service);
        expect((await store.deployments.byNumber(1))?.serviceId).toBe(service.id);
      });

      test('a throw undoes all of it, in every table, and is thrown on', async () => {
        const before = await addDeployed(store);
        const instance = anInstance({ nodeId: before.node.id });
        const volume = aVolume(before.slot, before.node);
        await store.instances.put(instance);
        await store.volumes.put(volume);
        const reason = new Error('half way');
        const undone = store.transaction(async (inside) => {
          const service = aService({ name: 'api' });
          await inside.settings.set('key', 'value');
          await inside.services.add(service);
          await inside.services.update({ ...before.service, name: 'renamed' });
          await inside.revisions.add(aRevision(before.service, { number: 2 }));
          await inside.slots.add(aSlot(service, { address: '10.7.0.2' }));
          await inside.slots.setDesired(before.slot.id, before.desired);
          await inside.slots.remove(before.slot.id, 5);
          await inside.instances.put(anInstance());
          await inside.instances.replaceOfNode(before.node.id, []);
          await inside.deployments.add(aDeployment(service));
          await inside.deployments.update({ ...before.deployment, state: 'planning' });
          await inside.deployments.putStep(aStep(before.deployment));
          await inside.nodes.put(aNode({ name: 'n2' }));
          await inside.volumes.put({ ...volume, state: 'detached' });
          throw reason;
        });
        await expect(undone).rejects.toBe(reason);
        expect(await store.settings.get('key')).toBeNull();
        expect(await store.services.list()).toEqual([before.service]);
        expect(await store.revisions.ofService(before.service.id)).toEqual([before.revision]);
        expect(await store.slots.list()).toEqual([before.slot]);
        expect(await store.instances.list()).toEqual([instance]);
        expect(await store.deployments.list({})).toEqual([before.deployment]);
        expect(await store.deployments.steps(before.deployment.id)).toEqual([]);
        expect(await store.nodes.list()).toEqual([before.node]);
        expect(await store.volumes.list()).toEqual([volume]);
      });

      test('it sees its own rows; others see them only after it has ended', async () => {
        const { service, node } = await addDeployed(store);
        const inTheMiddle = Promise.withResolvers<void>();
        const goOn = Promise.withResolvers<void>();
        const transaction = store.transaction(async (inside) => {
          await inside.services.update({ ...service, version: 5 });
          await inside.instances.replaceOfNode(node.id, [anInstance({ nodeId: node.id })]);
          expect((await inside.services.get(service.id))?.version).toBe(5);
          expect(await inside.instances.list()).toHaveLength(1);
          inTheMiddle.resolve();
          await goOn.promise;
        });
        await inTheMiddle.promise;
        expect((await store.services.get(service.id))?.version).toBe(4);
        expect(await store.instances.list()).toEqual([]);
        goOn.resolve();
        await transaction;
        expect((await store.services.get(service.id))?.version).toBe(5);
        expect(await store.instances.list()).toHaveLength(1);
      });

      test('writes from outside wait for it, and are not undone with it', async () => {
        const { service } = await addDeployed(store);
        const inTheMiddle = Promise.withResolvers<void>();
        const goOn = Promise.withResolvers<void>();
        const transaction = store.transaction(async (inside) => {
          await inside.settings.set('inside', 'x');
          inTheMiddle.resolve();
          await goOn.promise;
          throw new Error('undone');
        });
        await inTheMiddle.promise;
        const order: string[] = [];
        const outside = store.settings.set('outside', 'y').then(() => order.push('outside'));
        const rename = store.services.update({ ...service, name: 'api' }).then(() => order.push('rename'));
        const undone = transaction.catch((error: Error) => order.push(error.message));
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(order).toEqual([]);
        goOn.resolve();
        await Promise.all([outside, rename, undone]);
        expect(order[0]).toBe('undone');
        expect(await store.settings.get('inside')).toBeNull();
        expect(await store.settings.get('outside')).toBe('y');
        expect((await store.services.get(service.id))?.name).toBe('api');
      });

      test('two of them run one after the other: no increment is lost', async () => {
        await store.settings.set('count', '0');
        const increment = () =>
          store.transaction(async (inside) => {
            const count = Number(await inside.settings.get('count'));
            await new Promise((resolve) => setImmediate(resolve));
            await inside.settings.set('count', String(count + 1));
          });
        await Promise.all(Array.from({ length: 20 }, increment));
        expect(await store.settings.get('count')).toBe('20');
      });

      test('a refusal caught inside undoes that write only', async () => {
        const { service } = await addDeployed(store);
        const foreign = anInstance({ nodeId: 'n2' });
        await store.transaction(async (inside) => {
          await inside.settings.set('before', 'x');
          await refusal(inside.services.add(aService()), 'already-exists', service.name);
          await refusal(inside.instances.replaceOfNode('n1', [foreign]), 'invalid');
          await inside.settings.set('after', 'y');
        });
        expect(await store.settings.get('before')).toBe('x');
        expect(await store.settings.get('after')).toBe('y');
        expect(await store.services.list()).toEqual([service]);
      });

      test('steps inside it may be begun together, and need not be awaited one by one', async () => {
        const service = aService();
        await store.services.add(service);
        await store.transaction(async (inside) => {
          void inside.settings.set('not', 'awaited');
          const added = [1, 2, 3].map(() => inside.deployments.add(aDeployment(service)));
          expect((await Promise.all(added)).map(({ number }) => number)).toEqual([1, 2, 3]);
          void inside.settings.set('last', 'one');
        });
        expect(await store.settings.get('not')).toBe('awaited');
        expect(await store.settings.get('last')).toBe('one');
      });

      test('they do not nest, on either store, and the attempt does not stop the store', async () => {
        const inner = async () => {};
        await refusal(
          store.transaction((inside) => inside.transaction(inner)),
          'internal',
          'nest',
        );
        await refusal(
          store.transaction(() => store.transaction(inner)),
          'internal',
          'nest',
        );
        await refusal(
          store.transaction(() => store.settings.set('a', 'b')),
          'internal',
          'nest',
        );
        await refusal(
          store.transaction((inside) => inside.close()),
          'internal',
          'nest',
        );
        await refusal(
          store.transaction(() => store.close()),
          'internal',
          'nest',
        );
        await store.settings.set('a', 'c');
        expect(await store.settings.get('a')).toBe('c');
      });

      test('the store of one that has ended is refused', async () => {
        let kept = store;
        await store.transaction(async (inside) => {
          kept = inside;
        });
        await refusal(kept.settings.set('a', 'b'), 'internal', 'ended');
        await refusal(kept.settings.get('a'), 'internal', 'ended');
        expect(await store.settings.get('a')).toBeNull();
      });

      test('what was begun inside one may use the store freely once it has ended', async () => {
        const ended = Promise.withResolvers<void>();
        let later: Promise<void> = Promise.resolve();
        await store.transaction(async () => {
          later = ended.promise.then(() => store.settings.set('later', 'x'));
        });
        ended.resolve();
        await later;
        expect(await store.settings.get('later')).toBe('x');
      });
    });

    describe('many writes at once', () => {
      test('one that is refused takes no other with it', async () => {
        const answers = await Promise.allSettled(
          ['web', 'api', 'web', 'shop', 'api'].map((name) => store.services.add(aService({ name }))),
        );
        expect(answers.map(({ status }) => status)).toEqual([
          'fulfilled',
          'fulfilled',
          'rejected',
          'fulfilled',
          'rejected',
        ]);
        expect((await store.services.list()).map(({ name }) => name)).toEqual(['api', 'shop', 'web']);
      });

      test('they land in the order they were asked for, transactions among them', async () => {
        const order: number[] = [];
        await Promise.all([
          store.settings.set('key', '1').then(() => order.push(1)),
          store.settings.set('key', '2').then(() => order.push(2)),
          store
            .transaction(async (inside) => {
              expect(await inside.settings.get('key')).toBe('2');
              await inside.settings.set('key', '3');
            })
            .then(() => order.push(3)),
          store.settings.set('key', '4').then(() => order.push(4)),
        ]);
        expect(order).toEqual([1, 2, 3, 4]);
        expect(await store.settings.get('key')).toBe('4');
      });

      test('a row is there for every reader as soon as its write has resolved', async () => {
        for (let number = 1; number <= 50; number++) {
          await store.settings.set('number', String(number));
          expect(await store.settings.get('number')).toBe(String(number));
        }
      });
    });

    describe('closing', () => {
      test('lets what was begun end, then refuses everything; twice is once', async () => {
        const begun = store.settings.set('a', 'b');
        const reading = store.settings.get('a');
        await store.close();
        await begun;
        expect(await reading).toBeNull();
        await store.close();
        await refusal(store.settings.get('a'), 'unavailable', 'closed');
        await refusal(store.settings.set('a', 'c'), 'unavailable', 'closed');
        await refusal(
          store.transaction(async () => {}),
          'unavailable',
          'closed',
        );
      });
    });
  });
};
