import type { Link } from '@restow/shared/domain/service';
import { type Parsed, parsed, unparsed } from './parsed.ts';

/** `db:database`, or `db` for an alias of the same name. */
export const parseLink = (text: string): Parsed<Link> => {
  const [service = '', alias = service, ...rest] = text.split(':');
  if (service === '' || alias === '' || rest.length > 0) return unparsed(`"${text}" is not SERVICE or SERVICE:ALIAS`);
  return parsed({ service, alias });
};
