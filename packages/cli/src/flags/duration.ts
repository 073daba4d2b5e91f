import { type Parsed, parsed, unparsed } from './parsed.ts';

const msOf: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `10s`, `2m`, `1h30m`, or a bare number of seconds. Milliseconds. */
export const parseDuration = (text: string): Parsed<number> => {
  if (/^\d+(\.\d+)?$/.test(text)) return parsed(Math.round(Number(text) * 1000));
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text))
    return unparsed(`"${text}" is not a duration such as 10s, 500ms, 2m or 1h30m`);
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g);
  return parsed(Math.round([...parts].reduce((sum, [, number, unit]) => sum + Number(number) * msOf[unit!]!, 0)));
};
