import { type PushedImage, pushImage } from '@restow/lab/push-image';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { EngineContainer } from '../lab/cluster.ts';
import { describeSoftware, tell } from '../software/describe-software.ts';
import { postgresql } from '../software/postgresql.ts';
import type { Release } from '../software/releases.ts';
import { type AcknowledgedRow, longestSilence, type RowWriter, startRowWriter } from '../software/row-writer.ts';

/** `15.20-0+deb12u1` as the server says it: `15.20 (Debian 15.20-0+deb12u1)`. */
const saidOf = (version: string): string => `(Debian ${version})`;

const silenceOf = (rows: AcknowledgedRow[]): string =>
  `${(longestSilence(rows) / 1000).toFixed(2)} s without an answer`;

await describeSoftware(postgresql, 'PostgreSQL with its data volume, while a client writes', (cluster, releases) => {
  let images: { older: PushedImage; newer: PushedImage; broken: PushedImage };
  let writer: RowWriter;

  const database = async (): Promise<EngineContainer> => {
    const [container, ...others] = await cluster().running('db');
    expect(others).toEqual([]);
    return container!;
  };
  const volumeOf = ({ Mounts }: EngineContainer) =>
    Mounts.filter(({ Destination }) => Destination === '/var/lib/postgresql').map(
      ({ Type, Name }) => `${Type} ${Name}`,
    );
  const query = (statement: string) => ['psql', '-qtAc', statement];
  const sql = async (statement: string) => {
    const { host, Id } = await database();
    return cluster().lab.docker(host, 'exec', Id, ...query(statement));
  };
  const allRows = 'select n from ledger';
  /** The acknowledged ones that are not among the rows a server has. */
  const missingOf = (acknowledged: AcknowledgedRow[], rows: string): number[] => {
    const there = new Set(rows.split('\n').map(Number));
    return acknowledged.map(({ n }) => n).filter((n) => !there.has(n));
  };
  /** Resolves once a row was acknowledged after a moment: on this machine one clock serves all. */
  const writesAfter = (moment: number) =>
    vi.waitFor(async () => expect((await writer.acknowledged()).at(-1)?.at).toBeGreaterThan(moment), {
      timeout: 20_000,
      interval: 200,
    });

  beforeAll(async () => {
    const { lab, ok } = cluster();
    const { older, newer, made } = releases();
    const push = (tag: string, image: Release['image']) => pushImage(lab.registry.address, 'postgresql', tag, image);
    images = {
      older: await push('older', older.image),
      newer: await push('newer', newer.image),
      // The real server, asked for something it has never heard of.
      broken: await push('broken', { ...newer.image, cmd: ['-c', 'shared_buffers=plenty'] }),
    };
    await ok('tag', 'add', '-t', 'data', 'n1');
    const words = 'service run --name db --tag data -v /var/lib/postgresql -p 5432:5432 -e POSTGRES_PASSWORD=fathoms';
    const check = ['--health-cmd', 'pg_isready -q', '--health-interval', '200ms', '--watch', '0s'];
    await ok(...words.split(' '), ...check, images.older.reference);
    await sql('create table ledger (n integer primary key)');
    tell(releases(), made);
  });
  beforeEach(async () => {
    await sql('truncate ledger');
    writer = await startRowWriter(cluster().lab, 'n2', images.newer.reference, { host: 'n1', password: 'fathoms' });
    await vi.waitFor(async () => expect((await writer.acknowledged()).length).toBeGreaterThan(50), 20_000);
  });
  afterEach(() => writer.remove());

  test('DC-20, VOL-03: redeployed to the next version, every acknowledged row is there', async () => {
    const { ok } = cluster();
    const { older, newer, versionsDiffer } = releases();
    const before = await database();
    expect(before.Image).toBe(images.older.id);
    expect(await sql('select version()')).toContain(saidOf(older.version));

    const { length: writtenBefore } = await writer.acknowledged();
    await ok('service', 'redeploy', 'db', '--image', images.newer.reference);
    await writesAfter(Date.now());
    await writer.stop();

    const after = await database();
    expect(after.Id).not.toBe(before.Id);
    expect(after.Image).toBe(images.newer.id);
    expect(await cluster().lab.docker(after.host, 'inspect', '-f', '{{.State.Health.Status}}', after.Id)).toBe(
      'healthy',
    );
    expect(volumeOf(after)).toEqual(volumeOf(before));
    expect(await sql('select version()')).toContain(saidOf(newer.version));
    if (versionsDiffer) expect(await sql('select version()')).not.toContain(saidOf(older.version));

    const acknowledged = await writer.acknowledged();
    expect(acknowledged.length).toBeGreaterThan(writtenBefore);
    expect(acknowledged.map(({ n }) => n)).toEqual(acknowledged.map((_, index) => index + 1));
    expect(missingOf(acknowledged, await sql(allRows))).toEqual([]);
    // It was told of the end of its session: what is shown is not a redeploy that nobody noticed.
    expect((await writer.complaints()).join('\n')).toContain('terminating connection due to administrator command');
    tell(releases(), `${acknowledged.length} rows acknowledged, all there; ${silenceOf(acknowledged)}`);
  });

  test('DC-20: a version that does not start is taken back, and every acknowledged row is there', async () => {
    const { restow } = cluster();
    const before = await database();
    const { code, stderr } = await restow('service', 'redeploy', 'db', '--image', images.broken.reference);
    expect({ code, stderr }).toMatchObject({ code: 3 });
    expect(stderr).toContain('invalid value for parameter "shared_buffers"');
    await writesAfter(Date.now());
    await writer.stop();

    const after = await database();
    expect(after).toMatchObject({ Id: before.Id, Image: images.newer.id });
    expect(after.State.StartedAt).not.toBe(before.State.StartedAt);
    expect(volumeOf(after)).toEqual(volumeOf(before));
    const acknowledged = await writer.acknowledged();
    expect(missingOf(acknowledged, await sql(allRows))).toEqual([]);
    tell(releases(), `taken back: ${acknowledged.length} rows acknowledged, all there; ${silenceOf(acknowledged)}`);
  });

  test('DC-20: with fresh volumes no row is there, and every acknowledged one is in the volume that was let go', async () => {
    const { lab, ok } = cluster();
    const before = await database();
    await ok('service', 'redeploy', 'db', '--not-reuse-volumes', '--image', images.newer.reference);
    await writer.stop();
    const acknowledged = await writer.acknowledged();
    const after = await database();
    expect(volumeOf(after)).not.toEqual(volumeOf(before));
    expect(await sql('select 1')).toBe('1');
    await expect(sql(allRows)).rejects.toThrow('relation "ledger" does not exist');

    const [, volume = ''] = volumeOf(before)[0]!.split(' ');
    const byHand = ['--name', 'let-go', '-v', `${volume}:/var/lib/postgresql`, images.newer.reference];
    await lab.docker(before.host, 'run', '-d', ...byHand);
    try {
      const rows = await vi.waitFor(() => lab.docker(before.host, 'exec', 'let-go', ...query(allRows)), 10_000);
      expect(missingOf(acknowledged, rows)).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(0);
    } finally {
      await lab.docker(before.host, 'rm', '-f', 'let-go');
    }
  });
});
