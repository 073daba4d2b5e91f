import type { Settings } from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import type { Database } from './schema.ts';

export const settings = (access: Access<Database>): Settings => ({
  get: (key) =>
    access.read(async (database) => {
      const row = await database.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
      return row?.value ?? null;
    }),

  set: (key, value) =>
    access.write(async (database) => {
      await database
        .insertInto('settings')
        .values({ key, value })
        .onConflict((taken) => taken.column('key').doUpdateSet({ value }))
        .execute();
    }),
});
