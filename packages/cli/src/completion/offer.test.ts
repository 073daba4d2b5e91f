import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { openCli } from '../cli.ts';
import type { Io } from '../io.ts';
import { restowProgram } from '../program.ts';
import { isLive } from './live-names.ts';
import { isKnown, offerFor, placeOf } from './offer.ts';

const nowhere = { write: () => undefined, isTTY: false, columns: 80 };
const io: Io = {
  stdout: nowhere,
  stderr: nowhere,
  env: {},
  canAsk: false,
  ask: async () => '',
  now: () => 0,
  interrupted: new AbortController().signal,
};
const program = (): Command =>
  restowProgram(
    openCli(io, () => {
      throw new Error('nobody is dialled');
    }),
  );

/** Words offered after `restow LINE`; a live name is offered as `a SERVICE` for whoever is asked. */
const offered = async (line: string): Promise<string[] | 'files'> => {
  const words = line.split(' ');
  const ask = async (place: string) => ['a', 'b'].map((one) => ({ word: `${one}-${place}`, about: '' }));
  const offer = await offerFor(program(), words.slice(0, -1), words.at(-1)!, ask);
  return offer === 'files' ? offer : offer.map(({ word }) => word);
};

describe('commands', () => {
  test.each<[line: string, words: string[]]>([
    ['serv', ['service']],
    ['service re', ['redeploy']],
    ['service redeploy', []],
    ['nod', ['node']],
    ['tag ', ['add', 'rm', 'ls']],
    ['help service rede', ['redeploy']],
    ['help no', ['node']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['__comp', []],
    ['nonsense ', []],
    ['service nonsense ', []],
  ])('%s', async (line, words) => {
    if (line === 'service redeploy') words = ['redeploy'];
    expect(await offered(line)).toEqual(words);
  });
});

describe('names that only the coordinator knows', () => {
  test.each<[line: string, words: string[]]>([
    ['service redeploy ', ['a-service', 'b-service']],
    ['service terminate b', ['b-service']],
    ['service set a-service ', ['b-service']],
    ['service redeploy --sync ', ['a-service', 'b-service']],
    ['service redeploy --order recreate ', ['a-service', 'b-service']],
    ['service redeploy --order=recreate ', ['a-service', 'b-service']],
    ['service redeploy --tag ', ['a-tag', 'b-tag']],
    ['service redeploy --tag=b', ['--tag=b-tag']],
    ['tag add -t a-tag ', ['a-service-or-node', 'b-service-or-node']],
    ['tag add -t ', ['a-tag', 'b-tag']],
    ['node cordon ', ['a-node', 'b-node']],
    ['deployment watch ', ['a-deployment', 'b-deployment']],
    ['deployment ls ', ['a-service', 'b-service']],
    ['deployment logs -ft ', ['a-deployment', 'b-deployment']],
    ['service update -t 3 ', ['a-service', 'b-service']],
    ['service update -t3 ', ['a-service', 'b-service']],
    ['service update -t ', []],
    ['service run ', []],
    ['service run app:v1 -- ', []],
    ['service run app:v1 -- --o', []],
  ])('%s', async (line, words) => expect(await offered(line)).toEqual(words));
});

describe('flags', () => {
  test('all that help shows, after a dash with the short ones', async () => {
    expect(await offered('node ls -')).toEqual(['--output', '-o', '--quiet', '-q', '--no-trunc', '--help', '-h']);
    expect(await offered('node ls --')).toEqual(['--output', '--quiet', '--no-trunc', '--help']);
  });
  test('one that takes another back is not offered', async () =>
    expect(await offered('service create --no-')).toEqual(['--no-healthcheck']));
  test('those of the program itself', async () => expect(await offered('--v')).toEqual(['--version']));
  test('files where a file is meant', async () => expect(await offered('service create --env-file ')).toBe('files'));
  test.each<[line: string, words: string[]]>([
    ['service redeploy web --order ', ['auto', 'start-first', 'stop-first', 'recreate']],
    ['service redeploy web --order=st', ['--order=start-first', '--order=stop-first']],
    ['service run app --order re', ['recreate']],
    ['service run app --deployment-strategy E', ['EMPTIEST_NODE', 'EVERY_NODE']],
    ['service run app --gate ', ['on', 'off', 'auto']],
    ['service run app --cap-add NET_A', ['NET_ADMIN']],
    ['service run app --stop-signal SIGQ', ['SIGQUIT']],
    ['service run app --volumes-from b', ['b-service']],
    ['service run app --link b', ['b-service']],
    ['service ls -o ', ['table', 'json']],
    ['service redeploy --sync=', []],
  ])('%s', async (line, words) => expect(await offered(line)).toEqual(words));
});

const commandsUnder = (command: Command): Command[] => [command, ...command.commands.flatMap(commandsUnder)];

/** Places that nothing can be offered for: texts and numbers, files of the shell, words of somebody else's command. */
const typed = new Set([
  ...[
    'image',
    'command',
    'topic',
    'shell',
    'name',
    'n',
    'words',
    'amount',
    'signal',
    'time',
    'port',
    'path',
    'file',
    'ports',
  ],
  ...['mount', 'mac', 'address', 'domain', 'user', 'cores', 'cgroup', 'option', 'line'],
]);

test('every place of every command is named after what it stands for, so that none is left out unnoticed', () => {
  const places = commandsUnder(program()).flatMap((command) => [
    ...command.registeredArguments.map((argument) => [argument.name(), argument.argChoices] as const),
    ...command.options
      .filter(({ hidden, required, optional }) => !hidden && (required || optional))
      .map((option) => [placeOf(option), option.argChoices] as const),
  ]);
  const unknown = places.flatMap(([place, choices]) => (choices || isKnown(place) || typed.has(place) ? [] : [place]));
  expect(unknown).toEqual([]);
  expect(places.filter(([place]) => isLive(place)).length).toBeGreaterThan(20);
});
