import type { Order } from '@restow/shared/domain/order';
import type { AgentMessage } from '@restow/shared/rpc/wire-agent';
import { expect, test } from 'vitest';
import { anInstance, refOf } from '../../../../test/lib/an-instance.ts';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';
import { Orders } from './orders.ts';

const image = { kind: 'digest', reference: 'r/app:v1', repository: 'r/app', digest: 'sha256:aa' } as const;
const instance = refOf(anInstance(image));
const settle: Order = { kind: 'settle', instance };
const flip: Order = { kind: 'flip', instance, towards: null };

/** Orders whose runner answers at once, and what is sent. */
const start = () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  const sent: AgentMessage[] = [];
  const looked: string[] = [];
  const orders = new Orders({
    runner: {
      run: async (orderId) => {
        ran.push(orderId);
        return { ok: true, value: {} };
      },
      cancel: () => undefined,
    },
    clock,
    beforeOutcome: async (instanceId) => {
      looked.push(`${instanceId} before ${sent.length}`);
    },
  });
  const outcomes = () =>
    sent.flatMap((message) => (message.kind === 'outcome' ? [[message.ended.orderId, message.ended.outcome]] : []));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const take = async (orderId: string, order: Order, epoch = 1) => {
    orders.take({ orderId, epoch, deadlineMs: 1000, order });
    await settled();
  };
  const send = (message: AgentMessage) => sent.push(message);
  return { clock, orders, ran, sent, looked, outcomes, take, send };
};
const done = { ok: true, value: {} };

test('an instance is looked at before the outcome of its order is sent', async () => {
  const { orders, take, send, looked, outcomes } = start();
  orders.attach(1, send);
  await take('a', settle);
  expect(looked).toEqual([`${instance.instanceId} before 0`]);
  expect(outcomes()).toEqual([['a', done]]);
});

test('an order that ended is answered from what is kept, for two minutes', async () => {
  const { clock, orders, take, send, ran, outcomes } = start();
  orders.attach(1, send);
  await take('a', settle);
  await take('a', settle);
  expect(ran).toEqual(['a']);
  expect(outcomes()).toEqual([
    ['a', done],
    ['a', done],
  ]);
  await clock.advance(2 * 60_000 + 1);
  await take('a', settle);
  expect(ran).toEqual(['a', 'a']);
});

test('is carried out again when another order about its instance came between', async () => {
  const { orders, take, send, ran } = start();
  orders.attach(1, send);
  await take('a', settle);
  await take('b', flip);
  await take('a', settle);
  expect(ran).toEqual(['a', 'b', 'a']);
});

test('an outcome nobody was there to hear is kept for as long as that takes', async () => {
  const { clock, orders, take, send, ran, outcomes } = start();
  await take('a', settle);
  await clock.advance(60 * 60_000);
  await take('b', flip);
  expect(outcomes()).toEqual([]);
  orders.attach(1, send);
  expect(outcomes()).toEqual([
    ['a', done],
    ['b', done],
  ]);
  expect(ran).toEqual(['a', 'b']);
});

test('an order of a coordinator that does not lead any more is refused, not carried out', async () => {
  const { orders, take, send, ran, outcomes } = start();
  orders.attach(4, send);
  await take('a', settle, 3);
  expect(ran).toEqual([]);
  expect(outcomes()).toMatchObject([
    ['a', { ok: false, failure: { code: 'cancelled', message: expect.stringContaining('epoch 3, the newest is 4') } }],
  ]);
});
