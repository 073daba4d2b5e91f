import type { HealthCheck, HealthTiming, HostPathMount, ServicePort, VolumeMount } from '@restow/shared/domain/service';
import { shellWords } from '../flags/health.ts';
import { bytes, duration, listed, none } from './words.ts';

/** What stands where the image decides. */
export const theImages = "the image's own";

/** A command line as it is typed, quoted where a shell wants it. */
export const words = (list: string[] | null): string =>
  list === null ? theImages : list.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

const options = ({ access, readOnly }: Pick<VolumeMount, 'access' | 'readOnly'>): string[] => [
  ...(readOnly ? ['ro'] : []),
  ...(access === 'shared' && !readOnly ? ['shared'] : []),
];

/** As it is typed after -v: `files:/data:ro`. */
export const mount = (what: VolumeMount | HostPathMount): string => {
  const source = 'hostPath' in what ? what.hostPath : what.name;
  return [...(source === null ? [] : [source]), what.path, ...options(what)].join(':');
};

/** As it is typed after -p and --expose, with what stands for a port of the node that is not chosen yet. */
export const servicePortLabel = ({ containerPort, protocol, published, hostPort }: ServicePort): string =>
  published ? `${hostPort ?? '*'}->${containerPort}/${protocol}` : `${containerPort}/${protocol}`;

const isShellLine = (command: string[]): boolean =>
  command.length === shellWords.length + 1 && shellWords.every((word, at) => command[at] === word);

/** How an instance proves that it answers. */
export const health = (check: HealthCheck): string => {
  switch (check.kind) {
    case 'tcp':
      return `tcp ${check.port}`;
    case 'http':
      return `http ${check.port}${check.path}`;
    case 'command':
      return `command ${isShellLine(check.command) ? check.command.at(-1) : words(check.command)}`;
    case 'none':
      return 'none, running is enough';
    case 'image':
      return theImages;
  }
};

/** When and how often the check is made. */
export const timing = ({ intervalMs, timeoutMs, retries, startPeriodMs }: HealthTiming): string => {
  const parts = [
    ...(intervalMs === null ? [] : [`every ${duration(intervalMs)}`]),
    ...(timeoutMs === null ? [] : [`within ${duration(timeoutMs)}`]),
    ...(retries === null ? [] : [`${retries} times`]),
    ...(startPeriodMs === null ? [] : [`after ${duration(startPeriodMs)}`]),
  ];
  return parts.length === 0 ? 'as usual' : parts.join(', ');
};

/** `A=1, B=2`. */
export const pairs = (map: Record<string, string>): string =>
  listed(Object.entries(map).map(([key, value]) => `${key}=${value}`));

export const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

export const text = (value: string | null): string => value ?? none;

/** A limit of memory and swap together. */
export const swap = (value: number | null): string => {
  if (value === null) return "the engine's default";
  return value === -1 ? 'without limit' : bytes(value);
};
