import type { Protocol, ServicePort } from '@restow/shared/domain/service';
import { type Parsed, parsed, unparsed } from './parsed.ts';

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

const notPorts = (text: string) => unparsed(`"${text}": ports are numbers from 1 to 65535`);

const protocolOf = (text: string, word: string): Parsed<Protocol> => {
  const protocol = word.toLowerCase();
  return protocol === 'tcp' || protocol === 'udp'
    ? parsed(protocol)
    : unparsed(`"${text}": there is no protocol ${word}, only tcp and udp`);
};

/** `8080:80`, `8080:80/udp`: port of the node, port of the container; `80`, `53/udp`: any port of the node that is free. */
export const parsePublish = (text: string): Parsed<ServicePort> => {
  const match = /^(?:(\d+):)?(\d+)(?:\/([a-z]+))?$/i.exec(text);
  if (!match)
    return unparsed(`"${text}" is neither NODE_PORT:CONTAINER_PORT, such as 8080:80, nor CONTAINER_PORT alone`);
  const [, host, container = '', word = 'tcp'] = match;
  const protocol = protocolOf(text, word);
  if (!protocol.ok) return protocol;
  if (!isPort(container) || (host !== undefined && !isPort(host))) return notPorts(text);
  const hostPort = host === undefined ? null : Number(host);
  return parsed({ containerPort: Number(container), protocol: protocol.value, published: true, hostPort });
};

/** `90`, `90/udp`: open at the slot's address, and on no node. */
export const parseExpose = (text: string): Parsed<ServicePort> => {
  const match = /^(\d+)(?:\/([a-z]+))?$/i.exec(text);
  if (!match) return unparsed(`"${text}" is not a port of the container, such as 90 or 90/udp; -p publishes one`);
  const protocol = protocolOf(text, match[2] ?? 'tcp');
  if (!protocol.ok) return protocol;
  if (!isPort(match[1]!)) return notPorts(text);
  return parsed({ containerPort: Number(match[1]), protocol: protocol.value, published: false, hostPort: null });
};
