import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openMemoryStore } from '../../packages/coordinator/src/adapters/memory-store.ts';
import { openSqliteStore } from '../../packages/coordinator/src/adapters/sqlite-store.ts';
import { refusal, storeContract } from './store.contract.ts';
import { aDeployment, addDeployed, anInstance, aPlan, aRevision, aService, aStep, aVolume } from './store-samples.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restow-store-'));
  file = join(folder, 'restow.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

storeContract('the store in memory', async () => openMemoryStore());
storeContract('the store in SQLite', () => openSqliteStore(file));

describe('what the store in SQLite keeps', () => {
  test('every table is there after closing and opening again', async () => {
    const first = await openSqliteStore(file);
    const { service, node, revision, deployment, slot, desired } = await addDeployed(first);
    const instance = anInstance();
    const volume = aVolume(slot, node);
    const step = aStep(deployment);
    const planned = { ...deployment, plan: aPlan(service) };
    await first.settings.set('cluster', 'a');
    await first.slots.setDesired(slot.id, desired);
    await first.instances.put(instance);
    await first.deployments.update(planned);
    await first.deployments.putStep(step);
    await first.volumes.put(volume);
    await first.close();

    const second = await openSqliteStore(file);
    expect(await second.settings.get('cluster')).toBe('a');
    expect(await second.services.list()).toEqual([service]);
    expect(await second.nodes.list()).toEqual([node]);
    expect(await second.revisions.ofService(service.id)).toEqual([revision]);
    expect(await second.slots.list()).toEqual([{ ...slot, desired }]);
    expect(await second.instances.list()).toEqual([instance]);
    expect(await second.deployments.list({})).toEqual([planned]);
    expect(await second.deployments.steps(deployment.id)).toEqual([step]);
    expect(await second.volumes.list()).toEqual([volume]);
    expect((await second.deployments.add(aDeployment(service))).number).toBe(2);
    await refusal(second.revisions.add(aRevision(service)), 'already-exists');
    await second.close();
  });

  /** Runs the store in a program of its own until that is killed; returns the lines it wrote. */
  const untilKilled = async (when: string, killAfterLines: number): Promise<string[]> => {
    const child = spawn(
      globalThis.process.execPath,
      ['--conditions=source', join(import.meta.dirname, 'store-child.ts'), file, when],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (lines.length === killAfterLines) child.kill('SIGKILL');
    }
    expect((await ended)[1]).toBe('SIGKILL');
    return lines;
  };

  test('a write that has resolved survives a kill in that moment', async () => {
    await untilKilled('after-write', Number.POSITIVE_INFINITY);
    const store = await openSqliteStore(file);
    expect(await store.settings.get('written')).toBe('yes');
    await store.close();
  });

  test('of a transaction that was killed nothing is there', async () => {
    await untilKilled('in-transaction', Number.POSITIVE_INFINITY);
    const store = await openSqliteStore(file);
    expect(await store.settings.get('written')).toBe('yes');
    expect(await store.settings.get('uncommitted')).toBeNull();
    await store.close();
  });

  test('the last of many resolved writes survives a kill at any moment', async () => {
    const lines = await untilKilled('writing', 200);
    const store = await openSqliteStore(file);
    const kept = Number(await store.settings.get('number'));
    // The next one may have been made durable without a chance to say so.
    expect([Number(lines.at(-1)), Number(lines.at(-1)) + 1]).toContain(kept);
    await store.close();
  });
});

describe('opening a store in SQLite', () => {
  test('a file is made for its owner only: services have secrets in their environment', async () => {
    const store = await openSqliteStore(file);
    await store.settings.set('a', 'b');
    for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    await store.close();
  });

  test('it is written ahead, and each migration is recorded once', async () => {
    for (const _ of [1, 2]) await (await openSqliteStore(file)).close();
    const database = new DatabaseSync(file, { readOnly: true });
    expect(database.prepare('pragma journal_mode').get()?.journal_mode).toBe('wal');
    expect(database.prepare('select number, name from migrations').all()).toEqual([
      expect.objectContaining({ number: 1, name: '0001-spine' }),
      expect.objectContaining({ number: 2, name: '0002-whole-definition' }),
      expect.objectContaining({ number: 3, name: '0003-names' }),
    ]);
    database.close();
  });

  test('a newer schema is refused, and left as it is', async () => {
    await (await openSqliteStore(file)).close();
    const newer = new DatabaseSync(file);
    newer.exec("insert into migrations (number, name, applied_at) values (4, '0004-later', 1)");
    newer.close();
    const before = readFileSync(file);
    await refusal(openSqliteStore(file), 'failed-precondition', file, 'schema 4', '0004-later', 'up to 3', 'newer');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('another history of the schema is refused', async () => {
    await (await openSqliteStore(file)).close();
    const other = new DatabaseSync(file);
    other.exec("update migrations set name = '0001-keel'");
    other.close();
    await refusal(openSqliteStore(file), 'failed-precondition', file, '0001-keel', '0001-spine');
  });

  test('the database of another program is refused, and left as it is', async () => {
    const foreign = new DatabaseSync(file);
    foreign.exec('create table bookmarks (url text)');
    foreign.close();
    await refusal(openSqliteStore(file), 'failed-precondition', file, 'another program');
    const after = new DatabaseSync(file, { readOnly: true });
    expect(after.prepare('select name from sqlite_schema').all()).toEqual([
      expect.objectContaining({ name: 'bookmarks' }),
    ]);
    after.close();
  });

  test('a file that is no database is refused by its path', async () => {
    writeFileSync(file, 'these are not the rows you are looking for\n'.repeat(100));
    await refusal(openSqliteStore(file), 'internal', file, 'not a database');
  });

  test('a damaged file is refused before anything is decided by it', async () => {
    const store = await openSqliteStore(file);
    for (let number = 0; number < 200; number++) await store.services.add(aService({ name: `web-${number}` }));
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 8192);
    writeFileSync(file, bytes);
    await refusal(openSqliteStore(file), 'internal', file, 'damaged');
  });

  test('a folder that is not there, and a folder in place of a file, are refused by their path', async () => {
    const nowhere = join(folder, 'nowhere', 'restow.db');
    await refusal(openSqliteStore(nowhere), 'internal', nowhere, 'folder');
    await refusal(openSqliteStore(folder), 'internal', folder, 'is a file');
  });

  test('a file that another program keeps locked is refused, saying so', async () => {
    await (await openSqliteStore(file)).close();
    const other = new DatabaseSync(file);
    other.exec('begin exclusive');
    await refusal(openSqliteStore(file), 'unavailable', file, 'another program');
    other.close();
    await (await openSqliteStore(file)).close();
  });
});
