import { type Parsed, parsed, unparsed } from './parsed.ts';

/** `NAME=VALUE`; `NAME` alone has an empty value. */
export const parseLabel = (text: string): Parsed<[key: string, value: string]> => {
  const [key = '', ...rest] = text.split('=');
  return key === '' ? unparsed(`"${text}" is not NAME=VALUE`) : parsed([key, rest.join('=')]);
};
