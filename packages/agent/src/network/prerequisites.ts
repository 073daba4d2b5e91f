import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { RestowError } from '@restow/shared/base/errors';
import { missingCommands, packageOf } from './netlink.ts';

const isInstalled = async (command: string, path: string): Promise<boolean> => {
  for (const folder of path.split(delimiter)) {
    try {
      await access(join(folder, command), constants.X_OK);
      return true;
    } catch {
      // Not in this one.
    }
  }
  return false;
};

/** Throws when this machine cannot carry a node's network: every missing command at once, or a user who is not root. */
export const checkPrerequisites = async (
  path = process.env.PATH ?? '',
  userId: number = process.geteuid?.() ?? 0,
): Promise<void> => {
  const commands = Object.keys(packageOf);
  const found = await Promise.all(commands.map((command) => isInstalled(command, path)));
  const missing = commands.filter((_, i) => !found[i]);
  if (missing.length > 0) throw missingCommands(missing);
  if (userId !== 0)
    throw new RestowError(
      'failed-precondition',
      `The agent runs as user ${userId}, and only root may change this machine's network. Run it as root.`,
    );
};
