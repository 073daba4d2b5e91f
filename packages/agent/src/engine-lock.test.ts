import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { holdEngine } from './engine-lock.ts';

test('an engine has one agent; when that is gone, another may have it', async () => {
  const engineId = randomUUID();
  const letGo = await holdEngine(engineId);
  await expect(holdEngine(engineId)).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('Another agent works with this engine'),
  });
  await (await holdEngine(randomUUID()))();
  await letGo();
  await (await holdEngine(engineId))();
});
