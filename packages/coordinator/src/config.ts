import { parseArgs } from 'node:util';
import { messageOf, type Problem, RestowError } from '@restow/shared/base/errors';
import { type ClusterNetwork, defaultClusterNetwork } from '@restow/shared/domain/cluster-network';
import type { PortRange } from '@restow/shared/domain/order';
import { defaultDynamicPorts } from './identity/node-ports.ts';
import { networkOptions, networkProblems, readNetwork } from './nodes/network-flags.ts';
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
  /** What was said of the cluster's network; the rest is as it was, or by default. Fixed once the cluster has slots. */
  network: Partial<ClusterNetwork>;
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
                          [--overlay-subnet 10.7.0.0/16] [--node-subnet 172.30.0.0/24] [--dynamic-ports 32000-32767]
                          [--vxlan-id 77] [--vxlan-port 4789] [--mtu 1450]
                          [--zone DOMAIN [--namespace main] [--zone-ttl 5] [--dns-listen ADDRESS:PORT,...]
                           [--name-server NAME[=ADDRESS],...]]
                          [--docker-cloud-url http://ADDRESS:PORT]

Each option can be given in the environment: RESTOW_DATA, RESTOW_LISTEN, RESTOW_NATS_URL, RESTOW_NATS_TOKEN,
RESTOW_OVERLAY_SUBNET, RESTOW_NODE_SUBNET, RESTOW_DYNAMIC_PORTS, RESTOW_VXLAN_ID, RESTOW_VXLAN_PORT, RESTOW_MTU,
RESTOW_ZONE, RESTOW_NAMESPACE, RESTOW_ZONE_TTL, RESTOW_DNS_LISTEN, RESTOW_NAME_SERVER,
RESTOW_DOCKER_CLOUD_URL. Listening beyond 127.0.0.1 opens the doors to other machines; every call needs
the token in DIR/token all the same. The network's settings are fixed once the cluster has slots, and kept: what is not
given is as it was. --mtu is the overlay's; what lies under it carries 50 bytes more.`;

/** Reads flags and environment. Throws `invalid` with every problem at once. */
export const readConfig = (argv: string[], env: NodeJS.ProcessEnv): CoordinatorConfig => {
  const values = parse(argv);
  const problems: Problem[] = [];
  const listen = values.listen ?? env.RESTOW_LISTEN ?? '127.0.0.1:7600';
  const match = /^(?<host>[^:\s]+):(?<port>\d{1,5})$/.exec(listen);
  if (!match || Number(match.groups?.port) > 65_535)
    problems.push({ field: '--listen', message: `"${listen}" is not HOST:PORT, such as 127.0.0.1:7600` });
  const network = readNetwork(values, env);
  problems.push(...networkProblems(network));
  const dynamicPorts = parseRange(values['dynamic-ports'] ?? env.RESTOW_DYNAMIC_PORTS);
  if (dynamicPorts === null)
    problems.push({ field: '--dynamic-ports', message: 'must be FIRST-LAST from 1 to 65535, such as 32000-32767' });
  const vxlanPort = network.vxlanPort ?? defaultClusterNetwork.vxlanPort;
  if (dynamicPorts && vxlanPort >= dynamicPorts.first && vxlanPort <= dynamicPorts.last)
    problems.push({ field: '--dynamic-ports', message: `holds the VXLAN port ${vxlanPort}, which every node needs` });
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
    network,
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
        ...networkOptions,
        'dynamic-ports': { type: 'string' },
        'docker-cloud-url': { type: 'string' },
        ...zoneOptions,
      },
    }).values;
  } catch (error) {
    throw new RestowError('invalid', `${messageOf(error)}\n${usage}`, { cause: error });
  }
};
