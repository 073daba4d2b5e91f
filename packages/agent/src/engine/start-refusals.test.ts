import { expect, test } from 'vitest';
import { fileInTar, hasEntry, namesOfUser, programPaths } from './start-refusals.ts';

test.each<[string, string[], string[]]>([
  ['/app/run', [], ['/app/run']],
  ['run', ['A=b', 'PATH=/app/bin:/bin'], ['/app/bin/run', '/bin/run']],
  ['run', ['PATH=/first', 'PATH=/last'], ['/last/run']],
  ['./run', ['PATH=/bin'], []],
  ['bin/run', ['PATH=/bin'], []],
  ['run', ['PATH=bin:/bin'], []],
  ['run', ['PATH=/bin:'], []],
  ['', [], []],
])('program "%s" with %j is at %j', (program, env, paths) => expect(programPaths(program, env)).toEqual(paths));

test('a program without a PATH is looked for where engines look', () => {
  expect(programPaths('sh', ['HOME=/root'])).toContain('/usr/local/bin/sh');
});

test.each<[string, string[]]>([
  ['', []],
  ['1000', []],
  ['1000:1000', []],
  ['app', ['user app in /etc/passwd']],
  ['1000:app', ['group app in /etc/group']],
  ['app:staff', ['user app in /etc/passwd', 'group staff in /etc/group']],
])('of USER "%s" files have to name %j', (user, names) =>
  expect(namesOfUser(user).map(({ file, what, name }) => `${what} ${name} in ${file}`)).toEqual(names),
);

test('a name has an entry by its first field alone', () => {
  const file = 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/:\n';
  expect(['root', 'app', 'x', '0', '/root'].map((name) => hasEntry(file, name))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('of an archive only a regular file is read', () => {
  const tar = Buffer.alloc(2048);
  tar.write('passwd');
  tar.write('00000000005\0', 124);
  tar.write('hello and nothing of this', 512);
  tar[156] = '0'.charCodeAt(0);
  expect(fileInTar(tar)).toBe('hello');
  tar[156] = '2'.charCodeAt(0);
  expect(fileInTar(tar)).toBeNull();
  expect(fileInTar(Buffer.alloc(10))).toBeNull();
});
