import { isRestowError, type Problem } from '@restow/shared/base/errors';
import { defaultDefinition, type ServiceDefinition } from '@restow/shared/domain/service';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { applyDefinitionFlags } from './apply-definition-flags.ts';
import { addDefinitionFlags, type DefinitionFlags } from './definition-flags.ts';

const files: Record<string, string> = {
  'web.env': '# of web\n\nA=file\nHOME\nB=x=y\r\n',
  'bad.env': 'A=1\nNOPE\n=2\n',
};
const world = { environment: { HOME: '/root' }, readFile: (path: string) => files[path] ?? null };

/** What a command line makes of a definition: flags through the real parser. */
const define = (argv: string[], base: ServiceDefinition = defaultDefinition('app:v1')): ServiceDefinition => {
  const command = addDefinitionFlags(new Command('create')).exitOverride().argument('[command...]');
  command.configureOutput({ writeErr: () => undefined });
  command.action(() => undefined).parse(argv, { from: 'user' });
  const flags: DefinitionFlags = { ...command.opts<DefinitionFlags>(), command: command.args };
  return applyDefinitionFlags(base, flags, world);
};

const problemsOf = (argv: string[]): Problem[] => {
  try {
    define(argv);
  } catch (error) {
    if (isRestowError(error, 'invalid')) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
};

const port = { hostPort: 8080, containerPort: 80, protocol: 'tcp' as const };
const policy = (update: Partial<ServiceDefinition['update']>): Partial<ServiceDefinition> => ({
  update: { ...defaultDefinition('').update, ...update },
});

describe('each flag says one thing of the definition', () => {
  test.each<[argv: string, means: Partial<ServiceDefinition>]>([
    ['', {}],
    ['-t 3', { count: 3 }],
    ['--target-num-containers 3', { count: 3 }],
    ['--tag prod --tag frontend --tag prod', { tags: ['frontend', 'prod'] }],
    ['--deployment-strategy HIGH_AVAILABILITY', { strategy: 'HIGH_AVAILABILITY' }],
    ['--deployment-strategy every_node', { strategy: 'EVERY_NODE' }],
    ['-p 8080:80 -p 8443:443/tcp', { ports: [port, { hostPort: 8443, containerPort: 443, protocol: 'tcp' }] }],
    ['--publish 8080:80', { ports: [port] }],
    ['-e A=1 -e HOME -e EMPTY=', { env: { A: '1', HOME: '/root', EMPTY: '' } }],
    ['--env-file web.env -e A=flag', { env: { A: 'flag', HOME: '/root', B: 'x=y' } }],
    ['-r sleep', { command: ['sleep'] }],
    ['--run-command sleep', { command: ['sleep'] }],
    ['-- sh -c exit', { command: ['sh', '-c', 'exit'] }],
    ['--entrypoint /bin/sh', { entrypoint: ['/bin/sh'] }],
    ['-v /data', { volumes: [{ path: '/data', access: 'exclusive', readOnly: false }] }],
    ['--volume /etc/app:ro', { volumes: [{ path: '/etc/app', access: 'shared', readOnly: true }] }],
    ['--label team=a --label on', { labels: { team: 'a', on: '' } }],
    ['--memory 256M', { memoryBytes: 256 * 2 ** 20 }],
    ['--health-tcp 80', { healthCheck: { kind: 'tcp', port: 80 } }],
    ['--health-http 80/up', { healthCheck: { kind: 'http', port: 80, path: '/up' } }],
    ['--health-image', { healthCheck: { kind: 'image' } }],
    ['--stop-signal int', { stopSignal: 'SIGINT' }],
    ['--stop-signal SIGQUIT', { stopSignal: 'SIGQUIT' }],
    ['--stop-grace 1m', { stopGraceMs: 60_000 }],
    ['--order recreate', policy({ order: 'recreate' })],
    ['--gate on', policy({ gate: true })],
    ['--gate off', policy({ gate: false })],
    ['--batch 2', policy({ batch: 2 })],
    ['--batch all', policy({ batch: null })],
    ['--min-running 500ms', policy({ minRunningMs: 500 })],
    ['--health-deadline 2m', policy({ healthDeadlineMs: 120_000 })],
    ['--watch 0', policy({ watchMs: 0 })],
  ])('%s', (argv, means) => {
    expect(define(argv.split(' ').filter(Boolean))).toEqual({ ...defaultDefinition('app:v1'), ...means });
  });
});

describe('a change', () => {
  const base: ServiceDefinition = {
    ...defaultDefinition('app:v1'),
    tags: ['prod'],
    ports: [port],
    env: { A: '1', B: '2' },
    command: ['sleep'],
    memoryBytes: 2 ** 30,
    stopSignal: 'SIGINT',
    update: { ...defaultDefinition('').update, gate: true, batch: 3 },
  };

  test('leaves alone what no flag names', () => expect(define([], base)).toEqual(base));
  test('replaces a list as a whole', () => expect(define(['-e', 'C=3'], base).env).toEqual({ C: '3' }));
  test('clears what is given an empty value', () => {
    const cleared = define(
      [
        '-p',
        '',
        '-e',
        '',
        '--tag',
        '',
        '-r',
        '',
        '--memory',
        '0',
        '--stop-signal',
        '',
        '--gate',
        'auto',
        '--batch',
        'all',
      ],
      base,
    );
    expect(cleared).toEqual(defaultDefinition('app:v1'));
  });
});

describe('what means nothing is said all at once', () => {
  test('with the flag it is about', () => {
    expect(
      problemsOf(['-t', 'many', '-p', '80', '--gate', 'maybe', '--env-file', 'none.env', '--stop-grace', 'soon']),
    ).toEqual([
      { field: '--env-file', message: 'there is no file none.env' },
      { field: '--gate', message: '"maybe" is none of on, off, auto' },
      { field: '--target-num-containers', message: '"many" is not a whole number, 1 or more' },
      { field: '--publish', message: expect.stringContaining('not offered by this version') },
      { field: '--stop-grace', message: expect.stringContaining('is not a duration') },
    ]);
  });

  test('with the line of an env file', () => {
    expect(problemsOf(['--env-file', 'bad.env']).map(({ message }) => message)).toEqual([
      'bad.env:2: NOPE is not set where this command runs: say NOPE=VALUE, or export it first',
      'bad.env:3: "=2" is not NAME=VALUE',
    ]);
  });

  test('two health checks, two commands', () => {
    expect(problemsOf(['--health-tcp', '80', '--health-http', '80/', '-r', 'a', '--', 'b'])).toEqual([
      { field: '--health-tcp', message: 'give one health check, not several' },
      { field: '--run-command', message: 'give the command either this way or after --, not both' },
    ]);
  });
});

describe('a flag of another version is refused by name', () => {
  test.each([
    '--autodestroy ALWAYS',
    '--autoredeploy',
    '--no-autoredeploy',
    '--autorestart ALWAYS',
    '--cpushares 2',
    '--expose 80',
    '--link db',
    '--link-service db:db',
    '--net host',
    '--pid host',
    '--privileged',
    '--no-privileged',
    '--role global',
    '--sequential',
    '--no-sequential',
    '--volumes-from db',
  ])('%s', (argv) => {
    const [flag, ...rest] = argv.split(' ');
    expect(() => define([flag!, ...rest])).toThrow(`${flag} is not offered by this version`);
  });
});
