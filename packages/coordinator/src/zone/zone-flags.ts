import { isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Problem } from '@restow/shared/base/errors';
import { dnsLabelRule, isDnsLabel } from '@restow/shared/domain/dns-label';
import { isWithin, type NameServer, type ZoneSettings } from './zone-of.ts';

/** A zone, and where it is answered. */
export interface ZoneConfig extends ZoneSettings {
  /** Addresses of this machine; port 0: any free one. */
  listen: { host: string; port: number }[];
}

/** The flags' names, as `parseArgs` wants them. */
export const zoneOptions = {
  zone: { type: 'string' },
  namespace: { type: 'string' },
  'zone-ttl': { type: 'string' },
  'dns-listen': { type: 'string' },
  'name-server': { type: 'string' },
} as const;

type ZoneFlags = { [Name in keyof typeof zoneOptions]?: string | undefined };

const dnsPort = 53;
const defaultTtlSeconds = 5;
const longestTtlSeconds = 86_400;

/**
 * What flags and environment say of the zone; `null` where there is none. `doorsHost` is where the other doors listen:
 * the zone is answered there too, unless it is told otherwise. Each problem is told to `complain`.
 */
export const readZone = (
  flags: ZoneFlags,
  env: NodeJS.ProcessEnv,
  doorsHost: string,
  complain: (problem: Problem) => void,
  machineAddress: () => string | null = firstAddress,
): ZoneConfig | null => {
  const given = {
    '--zone': flags.zone ?? env.RESTOW_ZONE,
    '--namespace': flags.namespace ?? env.RESTOW_NAMESPACE,
    '--zone-ttl': flags['zone-ttl'] ?? env.RESTOW_ZONE_TTL,
    '--dns-listen': flags['dns-listen'] ?? env.RESTOW_DNS_LISTEN,
    '--name-server': flags['name-server'] ?? env.RESTOW_NAME_SERVER,
  };
  const wrong = (field: keyof typeof given, message: string): null => {
    complain({ field, message });
    return null;
  };
  if (given['--zone'] === undefined || given['--zone'] === '') {
    for (const field of ['--namespace', '--zone-ttl', '--dns-listen', '--name-server'] as const)
      if (given[field] !== undefined) wrong(field, 'says how a zone is answered: name the zone too, with --zone');
    return null;
  }

  const domain = asDomain(given['--zone']);
  if (domain === null)
    wrong(
      '--zone',
      `"${given['--zone']}" is no domain: labels of ${dnsLabelRule}, with dots between, such as apps.example.com`,
    );

  const namespace = given['--namespace'] ?? 'main';
  if (!isDnsLabel(namespace)) wrong('--namespace', `"${namespace}" is no DNS label: ${dnsLabelRule}`);
  // It stands where an instance's name has the beginning of its id.
  else if (/^[0-9a-f]{8}$/.test(namespace))
    wrong('--namespace', `"${namespace}" looks like the beginning of an instance's id; choose another`);

  const ttlSeconds = Number(given['--zone-ttl'] ?? defaultTtlSeconds);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 0 || ttlSeconds > longestTtlSeconds)
    wrong('--zone-ttl', `must be a whole number of seconds from 0 to ${longestTtlSeconds}`);

  const listen = (given['--dns-listen'] ?? `${doorsHost}:${dnsPort}`).split(',').flatMap((text) => {
    const place = asPlace(text.trim());
    return (
      place ?? wrong('--dns-listen', `"${text}" is not ADDRESS:PORT, such as 192.0.2.10:53 or [2001:db8::10]:53`) ?? []
    );
  });

  const nameServers =
    given['--name-server'] === undefined
      ? [defaultNameServer(domain ?? '', listen[0]?.host ?? '', machineAddress)]
      : readNameServers(given['--name-server'], domain ?? '', (message) => wrong('--name-server', message));

  return domain === null ? null : { domain, namespace, ttlSeconds, listen, nameServers };
};

/** Lower case, without a dot at the end; `null` for what is no domain that names can be made in. */
const asDomain = (text: string): string | null => {
  const domain = text.toLowerCase().replace(/\.$/, '');
  // Room is left for the names in it.
  return domain.length <= 150 && domain.split('.').every(isDnsLabel) ? domain : null;
};

const asPlace = (text: string): ZoneConfig['listen'][number] | null => {
  const [, bracketed, plain, digits] = /^(?:\[([^\]\s]+)\]|([^:\s[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = Number(digits);
  return host !== '' && port <= 65_535 ? { host, port } : null;
};

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** `ns1` of the zone, at the address it is answered at. */
const defaultNameServer = (domain: string, host: string, machineAddress: () => string | null): NameServer => {
  const address = isIP(host) !== 0 && !isWildcard(host) ? host : machineAddress();
  return { name: `ns1.${domain}`, addresses: address === null ? [] : [address] };
};

/** `NAME` of another zone, `NAME=ADDRESS` of this one, several with commas between; a name may be there twice. */
const readNameServers = (text: string, domain: string, wrong: (message: string) => void): NameServer[] => {
  const servers = new Map<string, NameServer>();
  for (const each of text.split(',')) {
    const [spelled = '', address, ...rest] = each.trim().split('=');
    const name = asDomain(spelled);
    if (name === null || rest.length > 0 || (address !== undefined && isIP(address) === 0)) {
      wrong(`"${each}" is not NAME or NAME=ADDRESS, such as ns1.example.com=192.0.2.10`);
      continue;
    }
    const isOurs = isWithin(name, domain);
    if (isOurs && address === undefined)
      wrong(`${name} is within the zone, so nobody else knows its address: say ${name}=ADDRESS`);
    if (!isOurs && address !== undefined)
      wrong(`${name} is not within the zone: its address is told by the zone it is in; leave it out`);
    if (name === domain || ['cont', 'svc', 'node'].some((part) => isWithin(name, `${part}.${domain}`)))
      wrong(`${name} is where the zone has names of its own; choose another, such as ns1.${domain}`);
    const server = servers.get(name) ?? { name, addresses: [] };
    servers.set(name, server);
    if (address !== undefined) server.addresses.push(address);
  }
  return [...servers.values()];
};

/** The first address of this machine that others may reach. */
const firstAddress = (): string | null =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, address }) => !internal && isIPv4(address))?.address ?? null;
