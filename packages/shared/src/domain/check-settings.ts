import type { Problem } from '../base/errors.ts';
import { isIpAddress } from '../base/ip.ts';
import { capabilityNames } from './capability-names.ts';
import { type Check, oneOf, problem, range } from './check.ts';
import { netModes, pidModes, type ServiceDefinition } from './service.ts';

/** A rule for one text: what it has to look like, and what to say when it does not. */
const matches =
  (field: keyof ServiceDefinition, pattern: RegExp, rule: string): Check =>
  (definition) => {
    const value = definition[field] as string | null;
    return value === null || pattern.test(value) ? [] : problem(field, `"${value}" is not ${rule}`);
  };

const eachMatches =
  (field: keyof ServiceDefinition, fits: (text: string) => boolean, rule: string): Check =>
  (definition) =>
    (definition[field] as string[]).flatMap((text, index) =>
      fits(text) ? [] : problem(`${field}[${index}]`, `"${text}" is not ${rule}`),
    );

const isDomain = (text: string): boolean =>
  text.length <= 253 && /^\.$|^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_-]+)*\.?$/.test(text);

const isDevice = (text: string): boolean => /^\/[^:\0]+(:\/[^:\0]+)?(:[rwm]{1,3})?$/.test(text);

const isExtraHost = (text: string): boolean => {
  const colon = text.indexOf(':');
  const address = text.slice(colon + 1);
  return colon > 0 && isDomain(text.slice(0, colon)) && (address === 'host-gateway' || isIpAddress(address));
};

const isCapability = (text: string): boolean => capabilityNames.has(text.toUpperCase().replace(/^CAP_/, ''));

/** A first byte with its lowest bit set belongs to a group, not to an interface. */
const isMac = (text: string): boolean => /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i.test(text);

const isCpuset = (text: string): boolean =>
  /^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text) &&
  text.split(',').every((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return first! <= last!;
  });

const both: Check = ({ capAdd, capDrop }) =>
  capDrop.flatMap((name, index) =>
    capAdd.some((added) => added.toUpperCase() === name.toUpperCase())
      ? problem(`capDrop[${index}]`, `${name} is added and dropped: decide for one`)
      : [],
  );

/** Memory and swap together, so it cannot be less than memory alone, which has to be limited too. */
const checkSwap: Check = ({ memorySwapBytes, memoryBytes }): Problem[] => {
  if (memorySwapBytes === null) return [];
  if (memoryBytes === null)
    return problem('memorySwapBytes', 'a limit of swap needs one of memory: give memoryBytes too');
  return memorySwapBytes === -1 || (Number.isSafeInteger(memorySwapBytes) && memorySwapBytes >= memoryBytes)
    ? []
    : problem(
        'memorySwapBytes',
        `${memorySwapBytes} is memory and swap together, so give at least ${memoryBytes}, or -1 for no limit`,
      );
};

const rules: readonly Check[] = [
  matches('user', /^[^\s:\0]+(:[^\s:\0]+)?$/, 'USER or USER:GROUP, by name or number'),
  matches('workingDir', /^\/[^\0]*$/, 'an absolute path in the container'),
  matches('hostname', /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/, 'a host name of 1 to 63 characters'),
  ({ domainname }) =>
    domainname === null || isDomain(domainname) ? [] : problem('domainname', `"${domainname}" is not a domain name`),
  ({ macAddress }) =>
    macAddress === null || isMac(macAddress)
      ? []
      : problem('macAddress', `"${macAddress}" is not the address of one interface, such as 02:00:5e:10:00:01`),
  matches('cgroupParent', /^[^\s\0]+$/, 'a cgroup'),
  ({ net }) => oneOf('net', net, netModes),
  ({ pid }) => oneOf('pid', pid, pidModes),
  eachMatches('dns', (text) => isIpAddress(text), 'an IP address of a DNS server'),
  eachMatches('dnsSearch', isDomain, 'a domain name'),
  eachMatches('capAdd', isCapability, 'a capability of Linux, such as NET_ADMIN, or ALL'),
  eachMatches('capDrop', isCapability, 'a capability of Linux, such as NET_ADMIN, or ALL'),
  both,
  eachMatches('devices', isDevice, '/dev/x, /dev/x:/dev/y or /dev/x:/dev/y:rwm'),
  eachMatches('extraHosts', isExtraHost, 'NAME:ADDRESS, such as db:192.0.2.7'),
  eachMatches('securityOpt', (text) => /^[a-z][a-z-]*([=:][^\0]+)?$/.test(text), 'an option such as no-new-privileges'),
  checkSwap,
  ({ cpuShares }) => (cpuShares === null ? [] : range('cpuShares', cpuShares, 2, 262_144)),
  ({ cpuset }) =>
    cpuset === null || isCpuset(cpuset) ? [] : problem('cpuset', `"${cpuset}" is not a list of cores, such as 0-1,3`),
];

/** How the container is to be run, as far as it can be told without an engine. */
export const checkSettings: Check = (definition) => rules.flatMap((rule) => rule(definition));
