import type { HealthCheck } from '@restow/shared/domain/service';
import { type Parsed, parsed, unparsed } from './parsed.ts';
import { parseWholeNumber } from './whole-number.ts';

/** `80`. */
export const parseTcpCheck = (text: string): Parsed<HealthCheck> => {
  const port = parseWholeNumber(text, 1, 65_535);
  return port.ok ? parsed({ kind: 'tcp', port: port.value }) : port;
};

/** `80/healthz`; `80` asks for `/`. */
export const parseHttpCheck = (text: string): Parsed<HealthCheck> => {
  const match = /^(\d+)(\/\S*)?$/.exec(text);
  if (!match) return unparsed(`"${text}" is not PORT/PATH, such as 80/healthz`);
  const port = parseWholeNumber(match[1]!, 1, 65_535);
  return port.ok ? parsed({ kind: 'http', port: port.value, path: match[2] ?? '/' }) : port;
};
