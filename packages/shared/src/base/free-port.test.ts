import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

const here = '127.0.0.1';

test('the port that is wanted where it is free, else another one', async () => {
  const wanted = await freePort(here);
  expect(await freePort(here, wanted)).toBe(wanted);
  const taken = createServer().listen(wanted, here);
  await once(taken, 'listening');
  const other = await freePort(here, wanted);
  taken.close();
  expect(other).not.toBe(wanted);
  expect(other).toBeGreaterThan(0);
});

test("a host that is not this machine's is not called taken", async () => {
  await expect(freePort('192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});
