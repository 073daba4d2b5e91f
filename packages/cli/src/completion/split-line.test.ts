import { expect, test } from 'vitest';
import { splitLine } from './split-line.ts';

/** As bash has them by default. */
const breaks = ' \t\n"\'@><=;|&(:';

test.each<[line: string, before: string[], current: string, replaced: string]>([
  ['restow ', ['restow'], '', ''],
  ['restow se', ['restow'], 'se', 'se'],
  ['restow  service\tps ', ['restow', 'service', 'ps'], '', ''],
  ['restow service run app:v1 ', ['restow', 'service', 'run', 'app:v1'], '', ''],
  ['restow service redeploy --order=st', ['restow', 'service', 'redeploy'], '--order=st', 'st'],
  ['restow service redeploy --order=', ['restow', 'service', 'redeploy'], '--order=', ''],
  ['restow tag add -t zone:eu', ['restow', 'tag', 'add', '-t'], 'zone:eu', 'eu'],
  ["restow service ps 'we", ['restow', 'service', 'ps'], 'we', 'we'],
  ['restow tag ls --tag="zone:e', ['restow', 'tag', 'ls'], '--tag=zone:e', 'zone:e'],
  [
    'restow service run app -r \'a "b\' "c \\" d" e\\ f',
    ['restow', 'service', 'run', 'app', '-r', 'a "b', 'c " d'],
    'e f',
    'e f',
  ],
  ["restow -e '' ", ['restow', '-e', ''], '', ''],
  ['restow a\\', ['restow'], 'a', 'a'],
])('%s', (line, before, current, replaced) => {
  const split = splitLine(line, breaks);
  expect(split).toMatchObject({ before, current });
  expect(split.current.slice(split.kept)).toBe(replaced);
});

test('where the person took = and : out of COMP_WORDBREAKS, bash replaces the whole word', () => {
  expect(splitLine('restow tag ls --tag=zone:e', ' \t\n"\'><;|&(')).toMatchObject({ current: '--tag=zone:e', kept: 0 });
});
