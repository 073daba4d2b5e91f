import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@restow/lab/command';
import { checkout, labPlace } from '@restow/lab/lab-place';
import { listLeftovers } from '@restow/lab/leftovers';
import { takeDown } from '@restow/lab/take-down';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The commands of a section of the README, as they stand there. */
const commandsOf = async (section: string): Promise<string> => {
  const readme = await readFile(join(checkout, 'README.md'), 'utf8');
  const [, text = ''] = readme.split(`\n## ${section}\n`);
  const [, block = ''] = /^```\n(.*?)^```$/ms.exec(text) ?? [];
  return block;
};

describe.runIf(process.getuid?.() === 0)('the README, typed as it is written (needs root)', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-readme-test-'));
  });
  afterAll(async () => {
    await takeDown(labPlace(dir));
    await rm(dir, { recursive: true, force: true });
  });

  test('three nodes on one machine: a service is deployed, redeployed and looked at, and nothing is left', async () => {
    const commands = await commandsOf('Three nodes on one machine');
    for (const word of ['lab up', 'service run', 'service redeploy', 'lab down']) expect(commands).toContain(word);
    // A place and a name of its own: a lab the reader has up is left alone.
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, RESTOW_LAB_DIR: dir };
    const typed = await runCommand(['sh', '-euc', commands], { cwd: checkout, env, deadlineMs: 170_000 });
    expect(typed, typed.stderr).toMatchObject({ code: 0 });

    for (const row of [
      /^n3 +ready /m,
      /^n2 +node +prod$/m,
      /^web-1 +10\.7\.0\.1 +stays on n1$/m,
      /^web-2 +n2 +10\.7\.0\.2 +running .*\/app:v2 \(.* n2:8080->80\/tcp /m,
      /^web-[12] \| app v2 tick \d+$/m,
      /"\/app\/main" .* restow-web-1-[0-9a-f]{8}$/m,
    ])
      expect(typed.stdout).toMatch(row);
    expect(typed.stderr).toMatch(/deployment 2 succeeded after .*: 2 slots on revision 2, .*\/app:v2/);
    expect(await listLeftovers(labPlace(dir))).toEqual([]);
    expect(existsSync(dir)).toBe(false);
  });
});
