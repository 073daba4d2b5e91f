import { type Parsed, parsed, unparsed } from './parsed.ts';

export type Environment = Record<string, string | undefined>;

/** `K=V`, or `K` alone for the value it has where the command runs. */
export const parseVariable = (text: string, environment: Environment): Parsed<[key: string, value: string]> => {
  const at = text.indexOf('=');
  const key = at < 0 ? text : text.slice(0, at);
  if (key === '' || /[\s\0]/.test(key)) return unparsed(`"${text}" is not NAME=VALUE`);
  if (at >= 0) return parsed([key, text.slice(at + 1)]);
  const value = environment[key];
  return value === undefined
    ? unparsed(`${key} is not set where this command runs: say ${key}=VALUE, or export it first`)
    : parsed([key, value]);
};

/** Lines of `K=V` or `K`; empty lines and those that begin with # are skipped. Problems name the line. */
export const parseVariables = (
  text: string,
  path: string,
  environment: Environment,
): { variables: [string, string][]; problems: string[] } => {
  const variables: [string, string][] = [];
  const problems: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const variable = parseVariable(line, environment);
    if (variable.ok) variables.push(variable.value);
    else problems.push(`${path}:${index + 1}: ${variable.message}`);
  }
  return { variables, problems };
};
