import { expect, vi } from 'vitest';
import type { Cluster } from './cluster.ts';
import { idlePlan, type LoadClient, loadNow, startLoad } from './load-client.ts';
import { type LoadPlan, type LoadReport, tellLoad } from './load-client-report.ts';

/** What the issue asks for in all: 200 new connections a second, 10 connections kept open, requests of 3 s among them. */
const inAll = { newPerSecond: 200, kept: 10, slowPerSecond: 4, slowMs: 3000, keptEveryMs: 100 };

/** Clients of one slot on every node and one outside of all, from their start to their stop. */
export interface LoadGroup {
  clients: LoadClient[];
  /** Resolves once the slot's address is answered by another container than that one, on a new connection. */
  answeredByAnotherThan(container: string): Promise<void>;
  /** Asks no more, waits for the last answers and tells what each client's questions came to, by its name. */
  stop(): Promise<Record<string, LoadReport>>;
}

/**
 * The whole load on one slot: a client in a container of the service `asking` on every node at the slot's address, and one
 * outside at its published port, which looks its public name up for each connection. Resolves when all are answered.
 */
export const startLoadGroup = async (
  { lab, running }: Cluster,
  { address, port, name }: { address: string; port: number; name: string },
  /** Less than all of it, and shorter requests, where the machine has other things to do as well. */
  { share = 1, slowMs = inAll.slowMs }: { share?: number; slowMs?: number } = {},
): Promise<LoadGroup> => {
  const askers = await running('asking');
  const parts = askers.length + 1;
  const plan = (target: string, atPort: number, kept: number): LoadPlan => ({
    ...{ ...idlePlan, target, port: atPort, kept },
    newPerSecond: (inAll.newPerSecond * share) / parts,
    slowPerSecond: (inAll.slowPerSecond * share) / parts,
    slowMs,
    keptEveryMs: inAll.keptEveryMs,
  });
  const keptInside = Math.floor(inAll.kept / parts);
  const outside = await startLoad(
    'outside',
    { ...plan(name, port, inAll.kept - keptInside * askers.length), resolver: lab.coordinator!.dns },
    { lab },
  );
  const inside = await Promise.all(
    askers.map((asker) =>
      startLoad(`from ${asker.host}`, plan(address, 80, keptInside), {
        lab,
        from: { host: asker.host, pid: asker.State.Pid },
      }),
    ),
  );
  const clients = [...inside, outside];
  await vi.waitFor(() => {
    for (const { records } of clients) expect(records.some(({ trouble }) => trouble === null)).toBe(true);
  });
  const from = loadNow();
  return {
    clients,
    answeredByAnotherThan: (container) =>
      vi.waitFor(
        () => {
          const last = inside[0]?.records.findLast(({ fresh, trouble }) => fresh && trouble === null);
          expect(last?.by).not.toBe(container);
        },
        { timeout: 60_000, interval: 20 },
      ),
    stop: async () => {
      const to = loadNow();
      await Promise.all(clients.map((client) => client.stop()));
      return Object.fromEntries(clients.map((client) => [client.name, client.report(from, to)]));
    },
  };
};

/** What of a step of a deployment is of interest to whoever lost something meanwhile. */
interface Step {
  name: string;
  nodeName: string | null;
  startedAt: number;
  endedAt: number | null;
}

/** So long before a question steps are of interest: what it ran into may have been done then. Milliseconds. */
const lookBackMs = 100;

/** What a service's deployments did while something was lost, for whoever is to find out why. */
export const tellWhatWasDone = async (
  { json }: Cluster,
  service: string,
  reports: Record<string, LoadReport>,
): Promise<void> => {
  const lost = Object.entries(reports).flatMap(([name, report]) => report.lost.map((one) => ({ name, ...one })));
  if (lost.length === 0) return;
  const listed = ['deployment', 'ls', '--last', '1000', service];
  const deployments = await json<{ number: number; serviceName: string }[]>(...listed);
  const steps: Step[] = [];
  for (const { number } of deployments.filter(({ serviceName }) => serviceName === service))
    steps.push(...(await json<[{ steps: Step[] }]>('deployment', 'inspect', String(number)))[0].steps);
  steps.sort((a, b) => a.startedAt - b.startedAt);
  for (const { name, kind, begun, ended } of lost.slice(0, 20)) {
    const meanwhile = steps.filter(
      (step) => step.startedAt <= ended && (step.endedAt ?? Number.POSITIVE_INFINITY) >= begun - lookBackMs,
    );
    const told = meanwhile.map(
      (step) =>
        `${step.name} on ${step.nodeName} ${(step.startedAt - begun).toFixed(0)}..${((step.endedAt ?? ended) - begun).toFixed(0)}`,
    );
    console.info(`${name} lost ${kind} (0..${(ended - begun).toFixed(0)}) during: ${told.join(', ')}`);
  }
};

/** That nothing was lost, nothing answered by who had the address no more, and that enough was asked to say so. */
export const expectNothingLost = (reports: Record<string, LoadReport>): void => {
  for (const [name, report] of Object.entries(reports)) console.info(tellLoad(name, report));
  for (const [name, { failed, cut, stale, reached, troubles }] of Object.entries(reports)) {
    expect({ name, failed, cut, stale: stale.length, troubles }).toEqual({
      ...{ name, failed: 0, cut: 0, stale: 0, troubles: {} },
    });
    expect(reached, `of what ${name} was to ask, asked in time`).toBeGreaterThanOrEqual(0.9);
  }
};
