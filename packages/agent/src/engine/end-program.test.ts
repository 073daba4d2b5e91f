import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { endProgram } from './end-program.ts';

test('a program is ended where its control group is the container’s, and anybody else’s is left alone', async () => {
  const program = spawn('sleep', ['60']);
  const ended = once(program, 'exit');
  const pid = program.pid!;
  const groups = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).trim();
  await endProgram(pid, randomBytes(32).toString('hex'));
  expect([program.exitCode, program.signalCode]).toEqual([null, null]);
  await endProgram(pid, groups);
  expect(await ended).toEqual([null, 'SIGKILL']);
  await endProgram(pid, groups);
});
