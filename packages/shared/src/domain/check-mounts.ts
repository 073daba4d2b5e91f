import type { Problem } from '../base/errors.ts';
import { type Check, oneOf, problem, repeats } from './check.ts';
import { plainPath } from './container-path.ts';
import { accesses } from './service.ts';
import { parseServiceReference } from './service-reference.ts';

/** What is wrong with a path in the container, or `null`. */
const problemOfPath = (path: string): string | null => {
  if (!path.startsWith('/')) return `"${path}" is not absolute: give a path in the container, such as /data`;
  if (/[:\0]/.test(path)) return `"${path}" has a character that no mount can have (":" or a zero byte)`;
  const plain = plainPath(path);
  if (plain === null) return `"${path}" leads through "..": give the path itself`;
  if (plain === '/') return 'nothing can be mounted at "/": give a path below it, such as /data';
  if (/^\/(?:proc|sys)(?:\/|$)/.test(plain)) return `"${path}" is the kernel's own: give another path, such as /data`;
  return null;
};

const problemOfHostPath = (path: string): string | null => {
  if (!path.startsWith('/')) return `"${path}" is not absolute: give a path of the node, such as /srv/data`;
  if (/[:\0]/.test(path)) return `"${path}" has a character that no mount can have (":" or a zero byte)`;
  return plainPath(path) === null ? `"${path}" leads through "..": give the path itself` : null;
};

/** What an engine takes as a volume's name, with room for the slot's number and a mark. */
const isVolumeName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name);

const told = (field: string, wrong: string | null): Problem[] => (wrong === null ? [] : problem(field, wrong));

/** Volumes, host paths and what is mounted from other services. */
export const checkMounts: Check = ({ volumes, hostPaths, volumesFrom }) => {
  const mounts = [
    ...volumes.map(({ path }, index) => ({ path, field: `volumes[${index}].path` })),
    ...hostPaths.map(({ path }, index) => ({ path, field: `hostPaths[${index}].path` })),
  ];
  const named = volumes.flatMap(({ name }, index) => (name === null ? [] : [{ name, index }]));
  return [
    ...mounts.flatMap(({ path, field }) => told(field, problemOfPath(path))),
    ...repeats(
      mounts,
      ({ path }) => plainPath(path) ?? path,
      ({ path, field }) => ({ field, message: `"${path}" is mounted twice` }),
    ),
    ...named.flatMap(({ name, index }) =>
      isVolumeName(name)
        ? []
        : problem(
            `volumes[${index}].name`,
            `"${name}" cannot name a volume: use 1 to 100 letters, digits and _ . -, beginning with a letter or digit`,
          ),
    ),
    ...repeats(
      named,
      ({ name }) => name,
      ({ name, index }) => ({ field: `volumes[${index}].name`, message: `volume "${name}" is mounted at two paths` }),
    ),
    ...volumes.flatMap(({ access }, index) => oneOf(`volumes[${index}].access`, access, accesses)),
    ...hostPaths.flatMap(({ hostPath, access }, index) => [
      ...told(`hostPaths[${index}].hostPath`, problemOfHostPath(hostPath)),
      ...oneOf(`hostPaths[${index}].access`, access, accesses),
    ]),
    ...volumesFrom.flatMap(({ service }, index) =>
      parseServiceReference(service)
        ? []
        : problem(`volumesFrom[${index}].service`, `"${service}" is not the name of a service`),
    ),
    ...repeats(
      volumesFrom,
      ({ service }) => service,
      ({ service }, index) => ({ field: `volumesFrom[${index}].service`, message: `"${service}" is named twice` }),
    ),
  ];
};
