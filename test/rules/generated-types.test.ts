import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const contentsOf = (dir: string): Record<string, string> =>
  Object.fromEntries(
    globSync('**/*.ts', { cwd: dir })
      .sort()
      .map((file) => [file, readFileSync(join(dir, file), 'utf8')]),
  );

test('the generated types are what `pnpm generate` makes of proto/ now', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'restow-gen-'));
  try {
    execFileSync(process.execPath, [join(root, 'packages/shared/generate-proto.ts'), dir], { stdio: 'pipe' });
    const made = contentsOf(dir);
    expect(Object.keys(made).length).toBeGreaterThan(50);
    expect(contentsOf(join(root, 'packages/shared/src/rpc/gen'))).toEqual(made);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
