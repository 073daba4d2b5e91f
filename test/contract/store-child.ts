import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../packages/coordinator/src/adapters/sqlite-store.ts';

/**
 * A coordinator's store that dies in the middle, run as a program: `store-child.ts PATH WHEN`.
 * - `after-write`: kills itself in the moment a write has resolved
 * - `in-transaction`: kills itself with rows written and not committed
 * - `writing`: writes 1, 2, 3, ... for ever and says each number when it has resolved
 */
const [path, when] = process.argv.slice(2);
const store = await openSqliteStore(path!);
const die = () => process.kill(process.pid, 'SIGKILL');

if (when === 'after-write') {
  await store.settings.set('written', 'yes');
  die();
}
if (when === 'in-transaction') {
  await store.settings.set('written', 'yes');
  await store.transaction(async (inside) => {
    await inside.settings.set('written', 'and changed');
    await inside.settings.set('uncommitted', 'yes');
    die();
    await new Promise(() => {});
  });
}
for (let number = 1; when === 'writing'; number++) {
  await store.settings.set('number', String(number));
  writeSync(1, `${number}\n`);
}
