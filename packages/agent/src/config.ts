import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { messageOf, type Problem, RestowError } from '@restow/shared/base/errors';
import { parseSubnet } from '@restow/shared/domain/address';
import { dnsLabelRule, isDnsLabel } from '@restow/shared/domain/dns-label';
import type { LeaveWishes } from './leave.ts';

/** Settings of an agent, checked and whole: the inside never asks whether one was given. */
export interface AgentConfig {
  /** `host:port` of the coordinator. */
  coordinator: string;
  token: string;
  /** Where the node's id, its last endpoint table and what names lead to are kept. */
  dataDir: string;
  /** Default: the first label of the host name. */
  nodeName: string;
  /** Address other nodes' VXLAN sends to; `null`: where the coordinator sees this node's session come from. */
  underlay: string | null;
  /** Address people reach published ports at; `null`: as above. */
  publicAddress: string | null;
  /** Of the network every container of this node has beside the overlay; `null`: the cluster's. */
  nodeSubnet: string | null;
  dockerSocket: string;
}

export const usage = `Usage: restow-agent --coordinator HOST:PORT --token-file FILE [--data DIR] [--name NAME]
                    [--underlay ADDRESS] [--public ADDRESS] [--node-subnet SUBNET] [--docker-socket PATH]
       restow-agent leave [--kernel-only] [--data DIR] [--docker-socket PATH]   take away what the agent made beside containers and volumes

Each option can be given in the environment: RESTOW_COORDINATOR, RESTOW_TOKEN_FILE (or the token itself: RESTOW_TOKEN),
RESTOW_AGENT_DATA, RESTOW_NODE_NAME, RESTOW_UNDERLAY, RESTOW_PUBLIC, RESTOW_NODE_SUBNET, RESTOW_DOCKER_SOCKET.`;

const defaultSocket = '/var/run/docker.sock';

/** Where an agent keeps what it must remember, unless it is told otherwise. */
export const defaultDataDir = '/var/lib/restow-agent';

/** What `leave` is asked for. Throws `invalid` for any other flag. */
export const readLeaveWishes = (argv: string[], env: NodeJS.ProcessEnv): LeaveWishes => {
  try {
    const { values } = parseArgs({
      args: argv,
      options: { data: { type: 'string' }, 'docker-socket': { type: 'string' }, 'kernel-only': { type: 'boolean' } },
    });
    return {
      dataDir: values.data ?? env.RESTOW_AGENT_DATA ?? defaultDataDir,
      dockerSocket: values['docker-socket'] ?? env.RESTOW_DOCKER_SOCKET ?? defaultSocket,
      kernelOnly: values['kernel-only'] ?? false,
    };
  } catch (error) {
    throw wrongUsage(error);
  }
};

/** Reads flags, environment and the token's file. Throws `invalid` with every problem at once. */
export const readConfig = (
  argv: string[],
  env: NodeJS.ProcessEnv,
  machine: { hostname: string; readFile: (path: string) => string },
): AgentConfig => {
  const given = parse(argv);
  const problems: Problem[] = [];
  const complain = (field: string, message: string) => problems.push({ field, message });

  const coordinator = given.coordinator ?? env.RESTOW_COORDINATOR ?? '';
  if (!isAddress(coordinator))
    complain('--coordinator', `"${coordinator}" is not HOST:PORT, such as 192.168.1.10:7600: say where it listens`);

  const token = readToken(given['token-file'] ?? env.RESTOW_TOKEN_FILE, env.RESTOW_TOKEN, machine.readFile, complain);

  const nodeName = given.name ?? env.RESTOW_NODE_NAME ?? machine.hostname.split('.')[0]!.toLowerCase();
  if (!isDnsLabel(nodeName)) complain('--name', `"${nodeName}" is not a DNS label: ${dnsLabelRule}`);

  const underlay = given.underlay ?? env.RESTOW_UNDERLAY ?? null;
  const publicAddress = given.public ?? env.RESTOW_PUBLIC ?? null;
  for (const [field, address] of [['--underlay', underlay] as const, ['--public', publicAddress] as const])
    if (address !== null && !isIP(address)) complain(field, `"${address}" is not an IP address`);

  const nodeSubnet = given['node-subnet'] ?? env.RESTOW_NODE_SUBNET ?? null;
  try {
    if (nodeSubnet !== null) parseSubnet(nodeSubnet);
  } catch (error) {
    complain('--node-subnet', messageOf(error));
  }

  if (problems.length > 0)
    throw new RestowError('invalid', 'The agent cannot start with these settings.', { problems });
  return {
    coordinator,
    token,
    dataDir: given.data ?? env.RESTOW_AGENT_DATA ?? defaultDataDir,
    nodeName,
    underlay,
    publicAddress,
    nodeSubnet,
    dockerSocket: given['docker-socket'] ?? env.RESTOW_DOCKER_SOCKET ?? defaultSocket,
  };
};

const wrongUsage = (cause: unknown): RestowError =>
  new RestowError('invalid', 'The agent cannot be called like this; `--help` lists its options.', {
    cause,
    problems: [{ field: 'options', message: messageOf(cause) }],
  });

const isAddress = (text: string): boolean => {
  const match = /^[^\s/]+:(\d{1,5})$/.exec(text);
  return match !== null && Number(match[1]) > 0 && Number(match[1]) <= 65_535;
};

const readToken = (
  file: string | undefined,
  given: string | undefined,
  readFile: (path: string) => string,
  complain: (field: string, message: string) => void,
): string => {
  if (file === undefined) {
    if (!given)
      complain('--token-file', 'is missing: name a copy of the file "token" of the coordinator\'s data directory');
    return given?.trim() ?? '';
  }
  try {
    const token = readFile(file).trim();
    if (token === '') complain('--token-file', `${file} is empty`);
    return token;
  } catch (error) {
    complain('--token-file', `${file} cannot be read (${messageOf(error)})`);
    return '';
  }
};

const parse = (argv: string[]) => {
  try {
    return parseArgs({
      args: argv,
      options: {
        coordinator: { type: 'string' },
        'token-file': { type: 'string' },
        data: { type: 'string' },
        name: { type: 'string' },
        underlay: { type: 'string' },
        public: { type: 'string' },
        'node-subnet': { type: 'string' },
        'docker-socket': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw wrongUsage(error);
  }
};
