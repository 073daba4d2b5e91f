import type { Problem } from '@restow/shared/base/errors';
import { type ClusterNetwork, checkClusterNetwork, defaultClusterNetwork } from '@restow/shared/domain/cluster-network';

/** What the coordinator's options on the cluster's network are called. */
export const networkFlags: Record<keyof ClusterNetwork, string> = {
  overlaySubnet: 'overlay-subnet',
  nodeSubnet: 'node-subnet',
  vxlanId: 'vxlan-id',
  vxlanPort: 'vxlan-port',
  mtu: 'mtu',
};

export const networkFields = Object.keys(networkFlags) as (keyof ClusterNetwork)[];

export const networkOptions = {
  'overlay-subnet': { type: 'string' },
  'node-subnet': { type: 'string' },
  'vxlan-id': { type: 'string' },
  'vxlan-port': { type: 'string' },
  mtu: { type: 'string' },
} as const;

/** One setting from its text; what is no number is one that no check lets through. */
export const networkFrom = (texts: Partial<Record<keyof ClusterNetwork, string>>): Partial<ClusterNetwork> => {
  const { overlaySubnet, nodeSubnet, ...numbers } = texts;
  const read = Object.entries(numbers).flatMap(([field, text]) =>
    text === undefined ? [] : [[field, text.trim() === '' ? Number.NaN : Number(text)] as const],
  );
  return {
    ...(overlaySubnet === undefined ? {} : { overlaySubnet }),
    ...(nodeSubnet === undefined ? {} : { nodeSubnet }),
    ...Object.fromEntries(read),
  };
};

/** Given by flag, else by environment (`RESTOW_VXLAN_ID`). What is given neither way is left out. */
export const readNetwork = (
  values: Partial<Record<string, string | boolean>>,
  env: NodeJS.ProcessEnv,
): Partial<ClusterNetwork> =>
  networkFrom(
    Object.fromEntries(
      networkFields.map((field) => {
        const flag = networkFlags[field];
        const text = values[flag] ?? env[`RESTOW_${flag.toUpperCase().replaceAll('-', '_')}`];
        return [field, typeof text === 'string' ? text : undefined];
      }),
    ),
  );

/** What is wrong with those given, the others being as they are kept or else by default. */
export const networkProblems = (given: Partial<ClusterNetwork>, kept: Partial<ClusterNetwork> = {}): Problem[] =>
  checkClusterNetwork({ ...defaultClusterNetwork, ...kept, ...given }).map(({ field, message }) => ({
    field: `--${networkFlags[field as keyof ClusterNetwork]}`,
    message,
  }));
