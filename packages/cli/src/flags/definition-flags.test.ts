import { isRestowError, type Problem } from '@restow/shared/base/errors';
import { checkDefinition } from '@restow/shared/domain/check-definition';
import {
  type DefinitionField,
  defaultDefinition,
  defaultHealthTiming,
  type HealthTiming,
  type ServiceDefinition,
  type UpdatePolicy,
} from '@restow/shared/domain/service';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { applyDefinitionFlags } from './apply-definition-flags.ts';
import { addDefinitionFlags, definitionFlags, saysDefinition } from './definition-flags.ts';
import type { GivenFlags } from './field-flags.ts';

const files: Record<string, string> = {
  'web.env': '# of web\n\nA=file\nHOME\nB=x=y\r\n',
  'bad.env': 'A=1\nNOPE\n=2\n',
};
const world = { environment: { HOME: '/root' }, readFile: (path: string) => files[path] ?? null };

/** What commander makes of a command line, with the image as `service update` takes it. */
const given = (argv: string[]): GivenFlags => {
  const command = addDefinitionFlags(new Command('update')).exitOverride().argument('[command...]');
  command.option('--image <image>').configureOutput({ writeErr: () => undefined });
  command.action(() => undefined).parse(argv, { from: 'user' });
  return { ...command.opts<Record<string, unknown>>(), command: command.args };
};

const define = (argv: string[], base: ServiceDefinition = defaultDefinition('app:v1')): ServiceDefinition =>
  applyDefinitionFlags(base, given(argv), world);

const problemsOf = (argv: string[]): Problem[] => {
  try {
    define(argv);
  } catch (error) {
    if (isRestowError(error, 'invalid')) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
};

const words = (argv: string): string[] => argv.split(' ').filter(Boolean);

type Cases<Of> = { [Field in keyof Of]: [argv: string, value: Of[Field]][] };

const fixed = { containerPort: 80, protocol: 'tcp' as const, published: true, hostPort: 8080 };
const dynamic = { ...fixed, hostPort: null };
const exposed = { ...dynamic, published: false };
const data = { path: '/data', name: null, access: 'exclusive' as const, readOnly: false };
const srv = { hostPath: '/srv', path: '/data', access: 'exclusive' as const, readOnly: false };

/** A field without a case here does not compile, as one without a flag does not in `definitionFlags`. */
const fields: Cases<Omit<ServiceDefinition, 'update' | 'healthTiming'>> = {
  image: [['--image app:v2', 'app:v2']],
  count: [
    ['-t 3', 3],
    ['--target-num-containers 3', 3],
  ],
  tags: [['--tag prod --tag frontend --tag prod', ['frontend', 'prod']]],
  strategy: [
    ['--deployment-strategy HIGH_AVAILABILITY', 'HIGH_AVAILABILITY'],
    ['--deployment-strategy every_node', 'EVERY_NODE'],
  ],
  ports: [
    ['-p 8080:80', [fixed]],
    [
      '--publish 8080:80/tcp --publish 53:53/udp',
      [fixed, { ...fixed, containerPort: 53, hostPort: 53, protocol: 'udp' }],
    ],
    ['-p 80 -p 53/udp', [dynamic, { ...dynamic, containerPort: 53, protocol: 'udp' }]],
    ['--expose 80 --expose 90/udp', [exposed, { ...exposed, containerPort: 90, protocol: 'udp' }]],
    ['-p 80 --expose 80 --expose 81', [dynamic, { ...exposed, containerPort: 81 }]],
  ],
  secrets: [['--secret TOKEN --secret KEY', ['TOKEN', 'KEY']]],
  env: [
    ['-e A=1 -e HOME -e EMPTY=', { A: '1', HOME: '/root', EMPTY: '' }],
    ['--env-file web.env -e A=flag', { A: 'flag', HOME: '/root', B: 'x=y' }],
  ],
  command: [
    ['-r sleep', ['sleep']],
    ['--run-command sleep', ['sleep']],
    ['-- sh -c exit', ['sh', '-c', 'exit']],
  ],
  entrypoint: [['--entrypoint /bin/sh', ['/bin/sh']]],
  volumes: [
    ['-v /data', [data]],
    ['--volume /etc/app:ro', [{ ...data, path: '/etc/app', access: 'shared', readOnly: true }]],
    ['-v files:/data:shared -v /srv:/srv', [{ ...data, name: 'files', access: 'shared' }]],
  ],
  hostPaths: [
    ['-v /srv:/data', [srv]],
    ['-v /srv:/data:ro -v /data', [{ ...srv, access: 'shared', readOnly: true }]],
    ['-v /srv:/data:rw,shared', [{ ...srv, access: 'shared' }]],
  ],
  volumesFrom: [
    [
      '--volumes-from db --volumes-from web:ro',
      [
        { service: 'db', readOnly: false },
        { service: 'web', readOnly: true },
      ],
    ],
  ],
  labels: [['--label team=a --label on', { team: 'a', on: '' }]],
  healthCheck: [
    ['--health-tcp 80', { kind: 'tcp', port: 80 }],
    ['--health-http 80/up', { kind: 'http', port: 80, path: '/up' }],
    ['--health-cmd pg_isready', { kind: 'command', command: ['/bin/sh', '-c', 'pg_isready'] }],
    ['--health-cmd ["/check","-q"]', { kind: 'command', command: ['/check', '-q'] }],
    ['--no-healthcheck', { kind: 'none' }],
    ['--health-image', { kind: 'image' }],
  ],
  stopSignal: [
    ['--stop-signal int', 'SIGINT'],
    ['--stop-signal SIGQUIT', 'SIGQUIT'],
  ],
  stopGraceMs: [['--stop-grace 1m', 60_000]],
  sequential: [
    ['--sequential', true],
    ['--no-sequential', false],
  ],
  autorestart: [
    ['--autorestart ON_FAILURE', 'ON_FAILURE'],
    ['--autorestart off', 'OFF'],
  ],
  autodestroy: [['--autodestroy ON_SUCCESS', 'ON_SUCCESS']],
  autoredeploy: [
    ['--autoredeploy', true],
    ['--no-autoredeploy', false],
  ],
  links: [
    ['--link db:database', [{ service: 'db', alias: 'database' }]],
    ['--link-service db', [{ service: 'db', alias: 'db' }]],
  ],
  roles: [['--role global', ['global']]],
  user: [
    ['--user app', 'app'],
    ['-u 1000:1000', '1000:1000'],
  ],
  workingDir: [
    ['--workdir /srv', '/srv'],
    ['-w /srv', '/srv'],
  ],
  hostname: [['--hostname www', 'www']],
  domainname: [['--domainname example.com', 'example.com']],
  macAddress: [['--mac-address 02:00:5e:10:00:01', '02:00:5e:10:00:01']],
  cgroupParent: [['--cgroup-parent web.slice', 'web.slice']],
  privileged: [
    ['--privileged', true],
    ['--no-privileged', false],
  ],
  readOnly: [
    ['--read-only', true],
    ['--no-read-only', false],
  ],
  tty: [
    ['--tty', true],
    ['--no-tty', false],
  ],
  stdinOpen: [
    ['--interactive', true],
    ['-i', true],
    ['--no-interactive', false],
  ],
  net: [
    ['--net host', 'host'],
    ['--net bridge', 'bridge'],
  ],
  pid: [
    ['--pid host', 'host'],
    ['--pid none', 'none'],
  ],
  dns: [['--dns 192.0.2.1 --dns 192.0.2.2', ['192.0.2.1', '192.0.2.2']]],
  dnsSearch: [['--dns-search example.com', ['example.com']]],
  capAdd: [['--cap-add NET_ADMIN --cap-add SYS_TIME', ['NET_ADMIN', 'SYS_TIME']]],
  capDrop: [['--cap-drop ALL', ['ALL']]],
  devices: [['--device /dev/fuse --device /dev/a:/dev/b:r', ['/dev/fuse', '/dev/a:/dev/b:r']]],
  extraHosts: [['--add-host db:192.0.2.7', ['db:192.0.2.7']]],
  securityOpt: [['--security-opt no-new-privileges', ['no-new-privileges']]],
  memoryBytes: [
    ['--memory 256M', 256 * 2 ** 20],
    ['-m 256', 256 * 2 ** 20],
  ],
  memorySwapBytes: [
    ['--memory-swap 1G', 2 ** 30],
    ['--memory-swap -1', -1],
  ],
  cpuShares: [
    ['--cpushares 512', 512],
    ['--cpu-shares 512', 512],
  ],
  cpuset: [['--cpuset-cpus 0-1,3', '0-1,3']],
};

const policy: Cases<UpdatePolicy> = {
  order: [['--order recreate', 'recreate']],
  gate: [
    ['--gate on', true],
    ['--gate off', false],
    ['--gate auto', null],
  ],
  batch: [
    ['--batch 2', 2],
    ['--batch all', null],
  ],
  minRunningMs: [['--min-running 500ms', 500]],
  healthDeadlineMs: [['--health-deadline 2m', 120_000]],
  watchMs: [['--watch 0', 0]],
  onFailure: [
    ['--on-failure pause', 'pause'],
    ['--on-failure continue', 'continue'],
  ],
};

const timing: Cases<HealthTiming> = {
  intervalMs: [['--health-interval 1s', 1000]],
  timeoutMs: [['--health-timeout 500ms', 500]],
  retries: [['--health-retries 5', 5]],
  startPeriodMs: [['--health-start-period 1m', 60_000]],
};

const listCases = <Of extends object>(cases: Cases<Of>): [argv: string, field: keyof Of, value: unknown][] =>
  (Object.entries(cases) as [keyof Of, [string, unknown][]][]).flatMap(([field, all]) =>
    all.map(([argv, value]) => [argv, field, value] as [string, keyof Of, unknown]),
  );

describe('each flag says its field of a definition', () => {
  test.each(listCases(fields))('%s: %s', (argv, field, value) => {
    expect(define(words(argv))[field]).toEqual(value);
  });
  test.each(listCases(policy))('%s: update.%s', (argv, part, value) => {
    expect(define(words(argv)).update).toEqual({ ...defaultDefinition('').update, [part]: value });
  });
  test.each(listCases(timing))('%s: healthTiming.%s', (argv, part, value) => {
    expect(define(words(argv)).healthTiming).toEqual({ ...defaultHealthTiming, [part]: value });
  });

  test('and no other field', () => {
    // What one flag names beside its own field: -v names both kinds of mount.
    const alike: Partial<Record<DefinitionField, DefinitionField>> = { volumes: 'hostPaths', hostPaths: 'volumes' };
    for (const [argv, field] of listCases(fields)) {
      const { [field]: _, ...rest } = define(words(argv));
      const { [field]: __, ...defaults } = defaultDefinition('app:v1');
      const beside = alike[field];
      if (beside) Object.assign(defaults, { [beside]: define(words(argv))[beside] });
      expect(rest, argv).toEqual(defaults);
    }
  });

  test('every flag that is declared is in one of these cases', () => {
    const declared = Object.values(definitionFlags).flatMap(({ options }) => options);
    const lines = [...listCases(fields), ...listCases(policy), ...listCases(timing)].map(([argv]) => argv);
    const used = new Set(lines.flatMap((argv) => words(argv).filter((word) => word.startsWith('-'))));
    const unused = declared.filter(({ long, short }) => !used.has(long ?? '') && !used.has(short ?? ''));
    expect(unused.map(({ flags }) => flags)).toEqual([]);
  });
});

test('nothing said is everything at its default', () => expect(define([])).toEqual(defaultDefinition('app:v1')));

describe('whether anything is said', () => {
  test.each(
    listCases(fields)
      .map(([argv]) => argv)
      .filter((argv) => !argv.startsWith('-- ')),
  )('%s', (argv) => expect(saysDefinition(given(words(argv)))).toBe(true));
  test('nothing', () => expect(saysDefinition(given([]))).toBe(false));
});

describe('a change', () => {
  const base: ServiceDefinition = {
    ...defaultDefinition('app:v1'),
    tags: ['prod'],
    ports: [fixed, { ...exposed, containerPort: 90 }],
    env: { A: '1', B: '2' },
    command: ['sleep'],
    volumes: [data],
    hostPaths: [{ ...srv, path: '/srv' }],
    volumesFrom: [{ service: 'db', readOnly: true }],
    memoryBytes: 2 ** 30,
    memorySwapBytes: -1,
    healthTiming: { intervalMs: 1, timeoutMs: 2, retries: 3, startPeriodMs: 4 },
    stopSignal: 'SIGINT',
    sequential: true,
    links: [{ service: 'db', alias: 'db' }],
    user: 'app',
    capAdd: ['NET_ADMIN'],
    cpuShares: 512,
    cpuset: '0',
    update: { ...defaultDefinition('').update, gate: true, batch: 3 },
  };

  test('leaves alone what no flag names', () => expect(define([], base)).toEqual(base));
  test('replaces a list as a whole', () => expect(define(['-e', 'C=3'], base).env).toEqual({ C: '3' }));
  test('replaces published ports and leaves those exposed only, and the other way round', () => {
    expect(define(['-p', '81'], base).ports).toEqual([{ ...dynamic, containerPort: 81 }, base.ports[1]]);
    expect(define(['--expose', '91'], base).ports).toEqual([fixed, { ...exposed, containerPort: 91 }]);
    expect(define(['-p', '90'], base).ports).toEqual([{ ...dynamic, containerPort: 90 }]);
  });
  test('replaces volumes and host paths together, since one flag names both', () => {
    expect(define(['-v', '/new'], base)).toMatchObject({ volumes: [{ path: '/new' }], hostPaths: [] });
  });
  test('clears what is given an empty value', () => {
    const empty = '-p --expose -e --tag -r -v --volumes-from --stop-signal --link --user --cap-add --cpuset-cpus'.split(
      ' ',
    );
    const timings = '--health-interval --health-timeout --health-retries --health-start-period'.split(' ');
    const cleared = define(
      [
        ...[...empty, ...timings].flatMap((flag) => [flag, '']),
        ...words('--memory 0 --memory-swap 0 --cpu-shares 0 --no-sequential --gate auto --batch all'),
      ],
      base,
    );
    expect(cleared).toEqual(defaultDefinition('app:v1'));
  });
});

describe('what means nothing is said all at once', () => {
  test('with the flag it is about', () => {
    expect(
      problemsOf(words('-t many -p http --gate maybe --env-file none.env --stop-grace soon -v data --net none')),
    ).toEqual([
      { field: '--target-num-containers', message: '"many" is not a whole number, 1 or more' },
      { field: '--env-file', message: 'there is no file none.env' },
      { field: '--publish', message: expect.stringContaining('is neither NODE_PORT:CONTAINER_PORT') },
      { field: '--net', message: '"none" is none of bridge, host' },
      { field: '--volume', message: expect.stringContaining('names no absolute path') },
      { field: '--gate', message: '"maybe" is none of on, off, auto' },
      { field: '--stop-grace', message: expect.stringContaining('is not a duration') },
    ]);
  });

  test('with what cannot be meant of those that can be read', () => {
    const argv =
      '-p http --hostname - --stop-signal TERMINATE --batch 0 --watch 2h --memory lots --memory-swap 1G -t 2000';
    expect(problemsOf(words(argv)).map(({ field }) => field)).toEqual([
      ...['--publish', '--batch', '--memory'],
      ...['count', 'stopSignal', 'hostname', 'update.watchMs'],
    ]);
  });

  test('and nothing that may only seem so, for a flag that could not be read', () => {
    expect(problemsOf(words('--health-deadline soon --min-running 2m')).map(({ field }) => field)).toEqual([
      '--health-deadline',
    ]);
    expect(problemsOf(words('--memory lots --memory-swap 1G')).map(({ field }) => field)).toEqual(['--memory']);
  });

  describe('for each flag with a value', () => {
    /** A flag of every field that takes a value: one it cannot have. A field without an entry does not compile. */
    const wrong: { [Field in DefinitionField]: [flag: string, value: string, problem: string][] } = {
      image: [['--image', 'UPPER', 'image']],
      count: [
        ...['many', '0', '-1', '1.5', '1e3', ' 1'].map((value): [string, string, string] => [
          '-t',
          value,
          '--target-num-containers',
        ]),
        ['-t', '2000', 'count'],
      ],
      tags: [['--tag', 'a b', 'tags[0]']],
      strategy: [['--deployment-strategy', 'RANDOM', '--deployment-strategy']],
      ports: [
        ...['http', '80:', ':80', '0:80', '80:70000', '80/sctp', '1.2.3.4:80:80', '80-90:80-90'].map(
          (value): [string, string, string] => ['-p', value, '--publish'],
        ),
        ...['http', '0', '80:80', '80/sctp'].map((value): [string, string, string] => ['--expose', value, '--expose']),
      ],
      secrets: [['--secret', 'NOWHERE', 'secrets[0]']],
      env: [
        ['-e', '=x', '--env'],
        ['-e', 'NOT_SET', '--env'],
        ['-e', 'A B=x', '--env'],
        ['--env-file', 'none.env', '--env-file'],
        ['--env-file', 'bad.env', '--env-file'],
      ],
      command: [['-r', '"open', '--run-command']],
      entrypoint: [['--entrypoint', 'ends\\', '--entrypoint']],
      volumes: ['data', 'a:b', ':/data', '/a:/b:ro:rw', '/a:/b:rx', '/a:/b:ro,rw', 'a:/b:shared,exclusive'].map(
        (value) => ['-v', value, '--volume'],
      ),
      hostPaths: [['-v', '/a:/../b', 'hostPaths[0].path']],
      volumesFrom: [
        ['--volumes-from', ':ro', '--volumes-from'],
        ['--volumes-from', 'db:rx', '--volumes-from'],
        ['--volumes-from', 'No Name', 'volumesFrom[0].service'],
      ],
      labels: [['--label', '=x', '--label']],
      memoryBytes: [
        ...['lots', '-1', '1T', '0x10'].map((value): [string, string, string] => ['--memory', value, '--memory']),
        ['--memory', '1', 'memoryBytes'],
      ],
      healthCheck: [
        ['--health-tcp', '0', '--health-tcp'],
        ['--health-http', 'http://x', '--health-http'],
        ['--health-http', '70000/', '--health-http'],
        ['--health-cmd', '', '--health-cmd'],
      ],
      healthTiming: [
        ['--health-interval', 'often', '--health-interval'],
        ['--health-interval', '1ms', 'healthTiming.intervalMs'],
        ['--health-timeout', '-1s', '--health-timeout'],
        ['--health-retries', '0', '--health-retries'],
        ['--health-start-period', '2d', 'healthTiming.startPeriodMs'],
      ],
      stopSignal: [['--stop-signal', 'nope', 'stopSignal']],
      stopGraceMs: [
        ['--stop-grace', 'soon', '--stop-grace'],
        ['--stop-grace', '2h', 'stopGraceMs'],
      ],
      sequential: [],
      autorestart: [['--autorestart', 'NEVER', '--autorestart']],
      autodestroy: [
        ['--autodestroy', 'NEVER', '--autodestroy'],
        ['--autodestroy', 'ALWAYS', 'autodestroy'],
      ],
      autoredeploy: [],
      links: [
        ['--link', ':db', '--link-service'],
        ['--link', 'a:b:c', '--link-service'],
      ],
      roles: [['--role', 'king', 'roles']],
      user: [['--user', 'a b', 'user']],
      workingDir: [['--workdir', 'srv', 'workingDir']],
      hostname: [['--hostname', '-x-', 'hostname']],
      domainname: [['--domainname', 'a b', 'domainname']],
      macAddress: [['--mac-address', '1', 'macAddress']],
      cgroupParent: [['--cgroup-parent', 'a b', 'cgroupParent']],
      privileged: [],
      readOnly: [],
      tty: [],
      stdinOpen: [],
      net: [['--net', 'ipvlan', '--net']],
      pid: [['--pid', 'mine', '--pid']],
      dns: [['--dns', 'example.org', 'dns[0]']],
      dnsSearch: [['--dns-search', 'a b', 'dnsSearch[0]']],
      capAdd: [['--cap-add', 'FLY', 'capAdd[0]']],
      capDrop: [['--cap-drop', 'FLY', 'capDrop[0]']],
      devices: [['--device', 'null', 'devices[0]']],
      extraHosts: [['--add-host', 'db', 'extraHosts[0]']],
      securityOpt: [['--security-opt', '=', 'securityOpt[0]']],
      memorySwapBytes: [
        ['--memory-swap', '-2', '--memory-swap'],
        ['--memory-swap', '1G', 'memorySwapBytes'],
      ],
      cpuShares: [
        ['--cpu-shares', 'half', '--cpu-shares'],
        ['--cpu-shares', '1', 'cpuShares'],
      ],
      cpuset: [['--cpuset-cpus', 'all', 'cpuset']],
      update: [
        ['--order', 'sideways', '--order'],
        ['--gate', 'maybe', '--gate'],
        ['--batch', '0', '--batch'],
        ['--batch', '-1', '--batch'],
        ['--on-failure', 'cry', '--on-failure'],
        ['--watch', 'closely', '--watch'],
        ['--watch', '2h', 'update.watchMs'],
        ['--min-running', '-1', '--min-running'],
        ['--health-deadline', '0', 'update.healthDeadlineMs'],
      ],
    };
    const lines = Object.values(wrong).flat();

    /** All that is said of it, by the flag or, where that can be read, by what it means. */
    const allOf = (argv: string[]): string[] => {
      try {
        return checkDefinition(define(argv)).map(({ field }) => field);
      } catch (error) {
        if (isRestowError(error, 'invalid')) return error.problems.map(({ field }) => field);
        throw error;
      }
    };
    test.each(lines)('%s %j is refused as %s', (flag, value, problem) =>
      expect(new Set(allOf([flag, value]))).toEqual(new Set([problem])),
    );

    test('every flag with a value has one', () => {
      const declared = Object.values(definitionFlags).flatMap(({ options }) => options);
      const used = new Set(lines.map(([flag]) => flag));
      const unused = declared.filter(
        ({ long, short, required }) => required && !used.has(long ?? '') && !used.has(short ?? ''),
      );
      expect(unused.map(({ flags }) => flags)).toEqual([]);
    });
  });

  test('with the line of an env file', () => {
    expect(problemsOf(['--env-file', 'bad.env']).map(({ message }) => message)).toEqual([
      'bad.env:2: NOPE is not set where this command runs: say NOPE=VALUE, or export it first',
      'bad.env:3: "=2" is not NAME=VALUE',
    ]);
  });

  test('two health checks, two commands', () => {
    expect(problemsOf(words('--health-tcp 80 --no-healthcheck -r a -- b'))).toEqual([
      { field: '--run-command', message: 'give the command either this way or after --, not both' },
      { field: '--health-tcp', message: 'give one health check, not --health-tcp and --no-healthcheck' },
    ]);
  });
});
