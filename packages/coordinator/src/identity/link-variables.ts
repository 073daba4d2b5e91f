import type { Protocol } from '@restow/shared/domain/service';

/** A slot that another one is to find by its environment. */
export interface LinkTarget {
  /** `web-1`, or the alias it is to be known by. */
  name: string;
  address: string;
  /** Of its containers, published or not. */
  ports: readonly { containerPort: number; protocol: Protocol }[];
}

/**
 * Where other slots are, as Docker's links told it: `WEB_1_PORT=tcp://10.7.0.1:80` for the lowest port, and for each
 * port `WEB_1_PORT_80_TCP` with `_ADDR`, `_PORT` and `_PROTO` behind it. A slot keeps its address for life, so what is
 * told once stays true. Pure.
 */
export const linkVariables = (targets: readonly LinkTarget[]): Record<string, string> =>
  Object.fromEntries(targets.flatMap(variablesOf));

const variablesOf = ({ name, address, ports }: LinkTarget): [string, string][] => {
  const prefix = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
  const sorted = [...ports].sort((a, b) => a.containerPort - b.containerPort || (a.protocol < b.protocol ? -1 : 1));
  const [lowest] = sorted;
  if (!lowest) return [];
  const urlOf = ({ containerPort, protocol }: LinkTarget['ports'][number]) =>
    `${protocol}://${address}:${containerPort}`;
  return [
    [prefix, urlOf(lowest)],
    ...sorted.flatMap((port): [string, string][] => {
      const one = `${prefix}_${port.containerPort}_${port.protocol.toUpperCase()}`;
      return [
        [one, urlOf(port)],
        [`${one}_ADDR`, address],
        [`${one}_PORT`, String(port.containerPort)],
        [`${one}_PROTO`, port.protocol],
      ];
    }),
  ];
};
