import { parseArgs } from 'node:util';
import { messageOf, type Problem, RestowError } from '@restow/shared/base/errors';
import { defaultOverlaySubnet, parseSubnet } from '@restow/shared/domain/address';
import type { PortRange } from '@restow/shared/domain/order';
import { defaultDynamicPorts } from './identity/node-ports.ts';
import { readZone, type ZoneConfig, zoneOptions } from './zone/zone-flags.ts';

/** Settings of a coordinator, checked and whole: the inside never asks whether one was given. */
export interface CoordinatorConfig {
  /** Where the store, the token and NATS keep their files. Default `/var/lib/restow`. */
  dataDir: string;
  /** Address the gRPC doors listen on, and NATS beside them. Default 127.0.0.1: this machine only. */
  host: string;
  /** 0: any free port. Default 7600. */
  port: number;
  /** A NATS server to use instead of a child of ours; `null`: start one. */
  nats: { url: string; token: string } | null;
  /** Addresses of slots, the same on every node. Fixed once the cluster has slots. Default 10.7.0.0/16. */
  overlaySubnet: string;
  vxlanId: number;
  /** Ports of the nodes given where a definition names none. Default 32000-32767. */
  dynamicPorts: PortRange;
  heartbeatMs: number;
  /**
   * Base of Docker Cloud's HTTP API as containers reach it, without a slash at its end: given, containers are told of
   * themselves as Docker Cloud told them (`DOCKERCLOUD_*`, `TUTUM_*`). Default: they are not.
   */
  dockerCloudUrl: string | null;
  /** The public zone and where it is answered; `null`: the cluster has none. */
  zone: ZoneConfig | null;
}

export const usage = `Usage: restow-coordinator [--data DIR] [--listen HOST:PORT] [--nats-url URL --nats-token TOKEN]
                          [--overlay-subnet 10.7.0.0/16] [--vxlan-id 77] [--dynamic-ports 32000-32767]
                          [--zone DOMAIN [--namespace main] [--zone-ttl 5] [--dns-listen ADDRESS:PORT,...]
                           [--name-server NAME[=ADDRESS],...]]
                          [--docker-cloud-url http://ADDRESS:PORT]

Each option can be given in the environment: RESTOW_DATA, RESTOW_LISTEN, RESTOW_NATS_URL, RESTOW_NATS_TOKEN,
RESTOW_OVERLAY_SUBNET, RESTOW_VXLAN_ID, RESTOW_DYNAMIC_PORTS,
RESTOW_ZONE, RESTOW_NAMESPACE, RESTOW_ZONE_TTL, RESTOW_DNS_LISTEN, RESTOW_NAME_SERVER,
RESTOW_DOCKER_CLOUD_URL. Listening beyond 127.0.0.1 opens the doors to other machines; every call needs
the token in DIR/token all the same.`;

/** Reads flags and environment. Throws `invalid` with every problem at once. */
export const readConfig = (argv: string[], env: NodeJS.ProcessEnv): CoordinatorConfig => {
  const values = parse(argv);
  const problems: Problem[] = [];
  const listen = values.listen ?? env.RESTOW_LISTEN ?? '127.0.0.1:7600';
  const match = /^(?<host>[^:\s]+):(?<port>\d{1,5})$/.exec(listen);
  if (!match || Number(match.groups?.port) > 65_535)
    problems.push({ field: '--listen', message: `"${listen}" is not HOST:PORT, such as 127.0.0.1:7600` });
  const overlaySubnet = values['overlay-subnet'] ?? env.RESTOW_OVERLAY_SUBNET ?? defaultOverlaySubnet;
  try {
    parseSubnet(overlaySubnet);
  } catch (error) {
    problems.push({ field: '--overlay-subnet', message: messageOf(error) });
  }
  const vxlanId = Number(values['vxlan-id'] ?? env.RESTOW_VXLAN_ID ?? 77);
  if (!Number.isInteger(vxlanId) || vxlanId < 1 || vxlanId > 16_777_215)
    problems.push({ field: '--vxlan-id', message: 'must be a whole number from 1 to 16777215' });
  const dynamicPorts = parseRange(values['dynamic-ports'] ?? env.RESTOW_DYNAMIC_PORTS);
  if (dynamicPorts === null)
    problems.push({ field: '--dynamic-ports', message: 'must be FIRST-LAST from 1 to 65535, such as 32000-32767' });
  const zone = readZone(values, env, match?.groups?.host ?? '127.0.0.1', (problem) => problems.push(problem));
  const dockerCloudUrl = (values['docker-cloud-url'] ?? env.RESTOW_DOCKER_CLOUD_URL ?? '').replace(/\/+$/, '') || null;
  if (dockerCloudUrl !== null && !/^https?:\/\/[^\s/?#]+$/.test(dockerCloudUrl))
    problems.push({
      field: '--docker-cloud-url',
      message: `"${dockerCloudUrl}" is not a base such as http://10.0.0.2:7601, without a path`,
    });
  const natsUrl = values['nats-url'] ?? env.RESTOW_NATS_URL ?? null;
  if (problems.length > 0)
    throw new RestowError('invalid', 'The coordinator cannot start with these settings.', { problems });
  return {
    dataDir: values.data ?? env.RESTOW_DATA ?? '/var/lib/restow',
    host: match!.groups!.host!,
    port: Number(match!.groups!.port),
    nats: natsUrl === null ? null : { url: natsUrl, token: values['nats-token'] ?? env.RESTOW_NATS_TOKEN ?? '' },
    overlaySubnet,
    vxlanId,
    dynamicPorts: dynamicPorts!,
    heartbeatMs: 5000,
    dockerCloudUrl,
    zone,
  };
};

/** `null` for what is no range of ports. */
const parseRange = (text: string | undefined): PortRange | null => {
  if (text === undefined) return defaultDynamicPorts;
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  return match && first >= 1 && first <= last && last <= 65_535 ? { first, last } : null;
};

const parse = (argv: string[]) => {
  try {
    return parseArgs({
      args: argv,
      options: {
        data: { type: 'string' },
        listen: { type: 'string' },
        'nats-url': { type: 'string' },
        'nats-token': { type: 'string' },
        'overlay-subnet': { type: 'string' },
        'vxlan-id': { type: 'string' },
        'dynamic-ports': { type: 'string' },
        'docker-cloud-url': { type: 'string' },
        ...zoneOptions,
      },
    }).values;
  } catch (error) {
    throw new RestowError('invalid', `${messageOf(error)}\n${usage}`, { cause: error });
  }
};
