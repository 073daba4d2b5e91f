import type { ServicePort } from '@restow/shared/domain/service';
import { type Parsed, parsed, unparsed } from './parsed.ts';

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** `8080:80` or `8080:80/tcp`: port of the node, port of the container. */
export const parsePort = (text: string): Parsed<ServicePort> => {
  const match = /^(?:(\d+):)?(\d+)(?:\/([a-z]+))?$/i.exec(text);
  if (!match) return unparsed(`"${text}" is not NODE_PORT:CONTAINER_PORT, such as 8080:80`);
  const [, host, container, protocol = 'tcp'] = match;
  if (host === undefined)
    return unparsed(`"${text}" asks for a port of any number, which is not offered by this version: say 8080:${text}`);
  if (protocol.toLowerCase() === 'udp')
    return unparsed(`"${text}" asks for UDP, which is not offered by this version: only tcp is`);
  if (protocol.toLowerCase() !== 'tcp') return unparsed(`"${text}": there is no protocol ${protocol}, only tcp`);
  if (!isPort(host) || !isPort(container!)) return unparsed(`"${text}": ports are numbers from 1 to 65535`);
  return parsed({ hostPort: Number(host), containerPort: Number(container), protocol: 'tcp', published: true });
};
