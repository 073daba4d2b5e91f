import { noSuch, oneOf, type Referenced } from '../store-refusals.ts';
import type { Database } from './schema.ts';

/**
 * Throws `not-found` naming the first row that is missing. The foreign keys would refuse too, but SQLite does not say
 * which one was broken.
 */
export const mustExist = async (
  database: Database,
  wanted: Partial<Record<Referenced, string | null>>,
): Promise<void> => {
  for (const [table, id] of Object.entries(wanted) as [Referenced, string | null][]) {
    if (id === null) continue;
    const row = await database.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
    if (!row) throw noSuch(oneOf[table], id);
  }
};
