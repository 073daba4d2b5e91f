import { parseDuration } from './duration.ts';
import { type Parsed, parsed, unparsed } from './parsed.ts';

/** `10m` ago, or a moment such as `2026-01-02T03:04:05Z`. Milliseconds since the epoch. */
export const parseSince = (text: string, now: number): Parsed<number> => {
  const ago = parseDuration(text);
  if (ago.ok) return parsed(now - ago.value);
  const moment = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment))
    return unparsed(`"${text}" is neither a duration such as 10m nor a time such as 2026-01-02T03:04:05Z`);
  return parsed(moment);
};
