import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRestowError } from '@restow/shared/base/errors';
import { describe, expect, it } from 'vitest';
import { explain, missingCommands, Netlink, packageOf } from './netlink.ts';
import { checkPrerequisites } from './prerequisites.ts';

const refusalOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
  } catch (error) {
    if (isRestowError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
};

describe('a command that fails', () => {
  const ran = (stderr: string) => ({ code: 1, stdout: '', stderr });

  it('is told with what was attempted, what it printed and what to do', () => {
    const error = explain('publish ports', ['nft', '-f', '-'], ran('Error: syntax error\n'));
    expect(error.code).toBe('internal');
    expect(error.message).toMatch(
      /^Could not publish ports: `nft -f -` ended with 1: Error: syntax error\. Run it by hand/,
    );
  });

  it('names the line of a batch, and not ten thousand of them', () => {
    const input = Array.from({ length: 10 }, (_, i) => `fdb del ${i}\n`).join('');
    const printed = Array.from({ length: 10 }, (_, i) => `RTNETLINK answers: no\nCommand failed -:${i + 1}\n`).join('');
    const { message } = explain('x', ['bridge', '-force', '-batch', '-'], ran(printed), input);
    expect(message).toContain('RTNETLINK answers: no; (at "fdb del 0"); RTNETLINK answers: no; (at "fdb del 1")');
    expect(message).toContain('and 14 lines more');
  });

  it('is a missing prerequisite where it is one', () => {
    for (const said of ['RTNETLINK answers: Operation not permitted', 'iptables: Permission denied (you must be root)'])
      expect(explain('x', ['ip'], ran(said))).toMatchObject({
        code: 'failed-precondition',
        message: expect.stringContaining('has to run as root'),
      });
    expect(explain('x', ['ip'], ran('Error: Unknown device type.'))).toMatchObject({
      code: 'failed-precondition',
      message: expect.stringContaining('modprobe vxlan'),
    });
  });
});

describe('what has to be installed', () => {
  it('is named with its package, all that is missing at once', async () => {
    expect(missingCommands(['ip', 'bridge', 'nft']).message).toMatch(
      /needs `ip`, `bridge`, `nft`, which are not installed.*apt-get install iproute2 nftables\)/,
    );
    expect(await refusalOf(checkPrerequisites('/nowhere', 0))).toMatch(
      /^failed-precondition: .*`conntrack`.*apt-get install iproute2 nftables iptables conntrack util-linux/,
    );
  });

  it('is told when it is first run, with a prefix too', async () => {
    const wanted = /^failed-precondition: .*`no-such-command`, which is not installed/;
    expect(await refusalOf(new Netlink().must('x', ['no-such-command']))).toMatch(wanted);
    expect(await refusalOf(new Netlink(['env']).must('x', ['no-such-command']))).toMatch(wanted);
    expect(await refusalOf(new Netlink(['sh', '-c', '"$@"', 'sh']).must('x', ['no-such-command']))).toMatch(wanted);
  });

  it('has to be run by root', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'restow-commands-'));
    try {
      for (const command of Object.keys(packageOf)) await writeFile(join(folder, command), '', { mode: 0o755 });
      expect(await refusalOf(checkPrerequisites(`/nowhere:${folder}`, 0))).toBe('none');
      expect(await refusalOf(checkPrerequisites(`/nowhere:${folder}`, 1000))).toMatch(
        /^failed-precondition: The agent runs as user 1000.*Run it as root/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('running', () => {
  it('returns a failing exit code, and feeds the input', async () => {
    const netlink = new Netlink(['env', 'A=b']);
    expect(await netlink.run(['sh', '-c', 'cat; echo "$A $LC_ALL" >&2; exit 3'], 'hello')).toEqual({
      code: 3,
      stdout: 'hello',
      stderr: 'b C\n',
    });
    expect(await netlink.json('x', ['true'])).toEqual([]);
  });

  it('survives a command that does not read its input', async () => {
    expect((await new Netlink().run(['true'], 'x'.repeat(1_000_000))).code).toBe(0);
  });
});
