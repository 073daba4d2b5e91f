import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { RestowError } from '@restow/shared/base/errors';
import { missingCommands, type Netlink, packageOf } from './netlink.ts';

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

/** Made and taken away within one transaction: what it asks of the kernel is all that a handover asks. */
const bridgeProbe = `add table bridge restow-try
add set bridge restow-try seen { type ipv4_addr . inet_service; flags dynamic,timeout; size 8; }
add chain bridge restow-try frames { type filter hook prerouting priority -300; }
add rule bridge restow-try frames ip saddr . tcp sport @seen ether daddr set 02:43:00:00:00:00
delete table bridge restow-try
`;

/** Throws when this machine's kernel cannot look into the frames of a bridge by nftables. Leaves nothing behind. */
export const checkKernel = async (netlink: Netlink): Promise<void> => {
  const { code, stderr } = await netlink.run(['nft', '-f', '-'], bridgeProbe);
  if (code === 0) return;
  throw new RestowError(
    'failed-precondition',
    `This machine's kernel cannot steer the frames of a bridge by nftables, which handing an address over needs (${stderr.trim().split('\n')[0]}). ` +
      'Load the module (modprobe nf_tables), run a kernel with CONFIG_NF_TABLES_BRIDGE, or install the package with its extra modules.',
  );
};
