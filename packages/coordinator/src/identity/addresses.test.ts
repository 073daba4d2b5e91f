import { randomUUID } from 'node:crypto';
import { isRestowError } from '@restow/shared/base/errors';
import { engineRange, overlayGateway } from '@restow/shared/domain/address';
import { defaultDefinition } from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openMemoryStore } from '../adapters/memory-store.ts';
import type { Store } from '../ports/store.ts';
import { leaseAddress, leaseAddresses } from './addresses.ts';

const serviceId = randomUUID();
let store: Store;

beforeEach(async () => {
  store = openMemoryStore();
  await store.services.add({
    id: serviceId,
    name: 'web',
    stack: null,
    definition: defaultDefinition('app:v1'),
    version: 1,
    createdAt: 1,
    updatedAt: 1,
    removedAt: null,
  });
});
afterEach(() => store.close());

/** A new slot with an address of the subnet, as a deployment records it. */
const addSlot = (index: number, subnet: string): Promise<Slot> =>
  store.transaction(async (inside) => {
    const address = await leaseAddress(inside, subnet);
    const slot: Slot = { id: randomUUID(), serviceId, index, address, desired: null, removedAt: null };
    await inside.slots.add(slot);
    return slot;
  });

describe('an address is leased', () => {
  test('lowest first, the network itself left out', async () => {
    const slots = [await addSlot(1, '10.7.0.0/16'), await addSlot(2, '10.7.0.0/16'), await addSlot(3, '10.7.0.0/16')];
    expect(slots.map(({ address }) => address)).toEqual(['10.7.0.1', '10.7.0.2', '10.7.0.3']);
  });

  test('again as soon as its slot is removed', async () => {
    const first = await addSlot(1, '10.7.0.0/16');
    await addSlot(2, '10.7.0.0/16');
    await store.slots.remove(first.id, 5);
    expect((await addSlot(3, '10.7.0.0/16')).address).toBe('10.7.0.1');
  });

  test('several at once, round those that are held', async () => {
    for (const index of [1, 2, 3]) await addSlot(index, '10.7.0.0/16');
    const [, second] = await store.slots.list();
    await store.slots.remove(second!.id, 5);
    expect(await leaseAddresses(store, '10.7.0.0/16', 3)).toEqual(['10.7.0.2', '10.7.0.4', '10.7.0.5']);
    expect(await leaseAddresses(store, '10.7.0.0/16', 0)).toEqual([]);
  });

  test('to one slot only, however many ask at once', async () => {
    const slots = await Promise.all(Array.from({ length: 20 }, (_, index) => addSlot(index + 1, '10.7.0.0/16')));
    expect(new Set(slots.map(({ address }) => address)).size).toBe(20);
  });

  test('to nobody when the transaction that asked is undone', async () => {
    const undone = store.transaction(async (inside) => {
      const address = await leaseAddress(inside, '10.7.0.0/16');
      await inside.slots.add({ id: randomUUID(), serviceId, index: 1, address, desired: null, removedAt: null });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect((await addSlot(1, '10.7.0.0/16')).address).toBe('10.7.0.1');
  });
});

describe('when all are taken', () => {
  const subnet = '10.7.0.0/28';
  const all = Array.from({ length: 13 }, (_, index) => index + 1);

  test("none is left but the bridge's own and the engines' block", async () => {
    const leased: string[] = [];
    for (const index of all) leased.push((await addSlot(index, subnet)).address);
    expect(leased.at(-1)).toBe('10.7.0.13');
    expect(engineRange(subnet)).toBe('10.7.0.14/31');
    expect(overlayGateway(subnet)).toBe('10.7.0.14');
  });

  test('the next one is refused, naming the subnet and how many hold it; a slot that was removed makes room', async () => {
    const slots: Slot[] = [];
    for (const index of all) slots.push(await addSlot(index, subnet));
    const error = await addSlot(14, subnet).catch((thrown: unknown) => thrown);
    expect(isRestowError(error, 'unschedulable') && error.message).toMatch(/10\.7\.0\.0\/28 has no address.*web 13\)/);
    expect(await store.slots.list()).toHaveLength(13);
    await store.slots.remove(slots[6]!.id, 5);
    expect((await addSlot(14, subnet)).address).toBe('10.7.0.7');
  });

  test('several are refused whole when fewer are left', async () => {
    for (const index of all.slice(0, 11)) await addSlot(index, subnet);
    const error = await leaseAddresses(store, subnet, 3).catch((thrown: unknown) => thrown);
    expect(isRestowError(error, 'unschedulable') && error.message).toMatch(/only 2 of 3 addresses.*web 11\)/);
  });
});
