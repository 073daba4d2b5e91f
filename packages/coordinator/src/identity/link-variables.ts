import type { Protocol } from '@restow/shared/domain/service';

/** A slot that another one is to find by its environment. */
export interface LinkTarget {
  /** `web-1`, or by an alias of its service `proxy-1`. */
  name: string;
  /** `null`: it has none, being on its node's own network. */
  address: string | null;
  /** Of its containers, published or not. */
  ports: readonly { containerPort: number; protocol: Protocol }[];
  /** Variables of its own that the other one is told; none where absent. */
  env?: Readonly<Record<string, string>>;
}

/** `my-web` as a variable begins with it: `MY_WEB`. */
export const variablePrefix = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/**
 * Where other slots are and what they are told, by the names Docker's links gave it and Docker Cloud documented:
 * `WEB_1_PORT=tcp://10.7.0.1:80` for the lowest port, for each port `WEB_1_PORT_80_TCP` with `_ADDR`, `_PORT` and `_PROTO`
 * behind it, and `WEB_1_ENV_WEBROOT` for its variable `WEBROOT`. A slot keeps its address for life, so what is told once
 * stays true. Pure.
 */
export const linkVariables = (targets: readonly LinkTarget[]): Record<string, string> =>
  Object.fromEntries(targets.flatMap((target) => [...portVariables(target), ...envVariables(target)]));

const envVariables = ({ name, env = {} }: LinkTarget): [string, string][] =>
  Object.entries(env).map(([variable, value]) => [`${variablePrefix(name)}_ENV_${variable}`, value]);

const portVariables = ({ name, address, ports }: LinkTarget): [string, string][] => {
  const prefix = `${variablePrefix(name)}_PORT`;
  const sorted = [...ports].sort((a, b) => a.containerPort - b.containerPort || (a.protocol < b.protocol ? -1 : 1));
  const [lowest] = sorted;
  if (!lowest || address === null) return [];
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
