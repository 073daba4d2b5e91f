import type { Link } from '@restow/shared/domain/service';
import { type Parsed, parsed, unparsed } from './parsed.ts';

/** `db:database`, or `db.common:database`; without an alias it is the service's name, without that of its stack. */
export const parseLink = (text: string): Parsed<Link> => {
  const [service = '', alias = service.split('.')[0]!, ...rest] = text.split(':');
  if (service === '' || alias === '' || rest.length > 0) return unparsed(`"${text}" is not SERVICE or SERVICE:ALIAS`);
  return parsed({ service, alias });
};
