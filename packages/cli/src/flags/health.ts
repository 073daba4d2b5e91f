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

/** What a line of the shell is run by, as Docker has it. */
export const shellWords = ['/bin/sh', '-c'];

/**
 * A line for the container's shell, as with Docker; a list of words, `["/bin/check", "-q"]`, for an image that has none,
 * as in a Dockerfile.
 */
export const parseCommandCheck = (text: string): Parsed<HealthCheck> =>
  text === ''
    ? unparsed('a command of no words checks nothing; --no-healthcheck asks for no check')
    : parsed({ kind: 'command', command: wordsOfJson(text) ?? [...shellWords, text] });

const wordsOfJson = (text: string): string[] | null => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string') ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};
