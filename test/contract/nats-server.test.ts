import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from '@restow/coordinator/adapters/nats-server';
import { openLog } from '@restow/shared/base/log';
import { connectToNats } from '@restow/shared/bus/connect';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const there = spawnSync('nats-server', ['--version']).status === 0;

describe.skipIf(!there)('a nats-server of our own (needs nats-server)', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-own-nats-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
  const options = () => ({ dir, host: '127.0.0.1', token: 'right', log: openLog('test', 'silent') });
  const pid = () => Number(readFileSync(join(dir, 'nats.pid'), 'utf8'));
  const dial = async (port: number, token = 'right') => {
    const connection = await connectToNats({ url: `nats://127.0.0.1:${port}`, token }, 'test');
    const info = connection.info;
    await connection.close();
    return info;
  };

  it('serves with JetStream, asks for the token, and has the same port when it is started again', async () => {
    const first = await startNatsServer(options());
    expect((await dial(first.port))?.jetstream).toBe(true);
    await expect(dial(first.port, 'wrong')).rejects.toMatchObject({ code: 'unauthenticated' });
    await first.stop();
    await expect(dial(first.port)).rejects.toMatchObject({ code: 'unavailable' });
    const second = await startNatsServer(options());
    expect(second.port).toBe(first.port);
    await second.stop();
  });

  it('comes back on its port when it is killed', async () => {
    const server = await startNatsServer(options());
    const before = pid();
    process.kill(before, 'SIGKILL');
    await vi.waitFor(async () => {
      expect(pid()).not.toBe(before);
      await dial(server.port);
    }, 10_000);
    await server.stop();
  });

  it('is stopped also while it is being started again', async () => {
    const server = await startNatsServer(options());
    const before = pid();
    process.kill(before, 'SIGKILL');
    // The file is empty for a moment before the new number stands in it.
    const again = await vi.waitFor(
      () => {
        const now = pid();
        expect([0, before]).not.toContain(now);
        return now;
      },
      { timeout: 10_000, interval: 1 },
    );
    await server.stop();
    expect(() => process.kill(again, 0)).toThrow('ESRCH');
  });

  it('ends the one that a killed coordinator left behind before it starts on the same store', async () => {
    const first = await startNatsServer(options());
    await first.stop();
    const orphan = spawn('nats-server', ['-c', join(dir, 'nats.conf')], { stdio: 'ignore' });
    await vi.waitFor(() => dial(first.port), 5000);
    const next = await startNatsServer(options());
    expect(orphan.exitCode ?? orphan.signalCode).not.toBeNull();
    expect(pid()).not.toBe(orphan.pid);
    await dial(next.port);
    await next.stop();
  });

  it('says what to do where there is no such program', async () => {
    vi.stubEnv('PATH', dir);
    await expect(startNatsServer(options())).rejects.toThrow(/install it \(apt-get install nats-server\)/);
    vi.unstubAllEnvs();
  });
});
