import type { Kysely } from 'kysely';

/** One step of the schema. Never edited once released: a mistake is mended by the next number. */
export interface Migration {
  /** File name without its ending; the number leads it. */
  name: string;
  up(database: Kysely<unknown>): Promise<void>;
}
