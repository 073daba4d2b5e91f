import { RestowError } from '@restow/shared/base/errors';
import { Inbox } from '@restow/shared/base/inbox';
import type { LogLine } from '@restow/shared/bus/log-line';
import type { LogQuery } from '@restow/shared/bus/log-query';
import type { DeploymentStep } from '@restow/shared/domain/deployment';
import { referenceTo } from '@restow/shared/domain/service';
import type { DeploymentLogEntry, LogLineView } from '@restow/shared/domain/view';
import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import { deploymentLogEntryToWire, logLineToWire } from '@restow/shared/rpc/wire-logs';
import { followDeployment } from '../deployment/follow-deployment.ts';
import { streamCall } from './calls.ts';
import { type Door, findDeployment, findService } from './door.ts';
import { mergeByTime } from './merge-by-time.ts';
import { type Absence, withAbsences } from './with-absences.ts';

type LogCalls = Pick<RestowHandlers, 'ServiceLogs' | 'DeploymentLogs'>;

/** Container output, and a deployment's steps and output in one row of time. */
export const logCalls = (door: Door): LogCalls => {
  const { world, archive, authenticate } = door;

  const numbers = new Map<string, number | null>();
  const numberOf = async (deploymentId: string): Promise<number | null> => {
    if (!numbers.has(deploymentId))
      numbers.set(deploymentId, (await world.store.deployments.get(deploymentId))?.number ?? null);
    return numbers.get(deploymentId) ?? null;
  };
  const view = async (line: LogLine): Promise<LogLineView> => ({
    ...line,
    deploymentNumber: await numberOf(line.deploymentId),
  });

  const linesOf = async (query: LogQuery, signal: AbortSignal): Promise<LogLineView[]> => {
    const lines: LogLineView[] = [];
    for await (const line of archive.read({ ...query, follow: false }, signal)) lines.push(await view(line));
    return lines;
  };

  /** Steps and lines as they come; when the deployment has ended, whatever lines were still on their way. */
  const followEntries = async function* (
    query: LogQuery,
    deploymentId: string,
    signal: AbortSignal,
  ): AsyncGenerator<DeploymentLogEntry> {
    const inbox = new Inbox<DeploymentLogEntry>();
    const ended = new AbortController();
    const until = AbortSignal.any([signal, ended.signal]);
    const told = new Set<string>();
    const steps = async () => {
      for await (const event of followDeployment(world, deploymentId, until))
        if (event.kind === 'step') inbox.put({ kind: 'step', step: event.step });
    };
    const lines = async () => {
      const read = (enough: AbortSignal) => archive.read({ ...query, follow: true }, enough);
      for await (const next of withAbsences(archive.away, read, until)) {
        if ('line' in next) told.add(`${next.line.instanceId} ${next.line.seq}`);
        inbox.put({ kind: 'line', line: 'line' in next ? await view(next.line) : noticeOf(next, world.clock.now()) });
      }
    };
    const linesEnd = lines().catch((error) => {
      if (!until.aborted) throw error;
    });
    // Heard of when the steps have all been told: without this it would count as unhandled until then.
    linesEnd.catch(() => undefined);
    const all = steps()
      .finally(() => ended.abort())
      .then(() => linesEnd)
      .finally(() => inbox.close());
    // Thrown by the loop's own `await all` below; without this it would count as unhandled while the loop still runs.
    all.catch(() => undefined);
    for await (const entry of inbox) yield entry;
    await all;
    if (signal.aborted) return;
    for (const line of await linesOf(query, signal))
      if (!told.has(`${line.instanceId} ${line.seq}`)) yield { kind: 'line', line };
  };

  return {
    ServiceLogs: streamCall(authenticate, world.log, async function* (asked, { signal }) {
      const service = await findService(door, asked.service);
      const query = {
        serviceId: service.id,
        follow: asked.follow,
        ...(asked.slot > 0 ? { slotIndex: asked.slot } : {}),
        ...(asked.since > 0 ? { since: asked.since } : {}),
        ...(asked.tail > 0 ? { tail: asked.tail } : {}),
      };
      // Output of a slot that was removed is still there to read, but nothing more will come of it.
      const slots = await world.store.slots.ofService(service.id);
      const missing = asked.slot > 0 && !slots.some(({ index }) => index === asked.slot);
      if (missing && asked.follow) throw noSuchSlot(referenceTo(service), asked.slot, slots);
      let lines = 0;
      const away = asked.follow ? archive.away : undefined;
      for await (const next of withAbsences(away, (until) => archive.read(query, until), signal)) {
        if ('line' in next) lines += 1;
        yield logLineToWire('line' in next ? await view(next.line) : noticeOf(next, world.clock.now()));
      }
      if (missing && lines === 0) throw noSuchSlot(referenceTo(service), asked.slot, slots);
    }),
    DeploymentLogs: streamCall(authenticate, world.log, async function* (asked, { signal }) {
      const deployment = await findDeployment(door, asked.deployment);
      const query = { serviceId: deployment.serviceId, deploymentId: deployment.id, follow: false };
      if (asked.follow) {
        for await (const entry of followEntries(query, deployment.id, signal)) yield deploymentLogEntryToWire(entry);
        return;
      }
      const steps: DeploymentStep[] = await world.store.deployments.steps(deployment.id);
      for (const entry of mergeByTime(steps, await linesOf(query, signal))) yield deploymentLogEntryToWire(entry);
    }),
  };
};

/** What a reader who waits for lines should know. */
const noticeOf = ({ absent }: Absence, now: number): LogLineView => ({
  ...{ slotName: '', nodeName: '', instanceId: '', deploymentNumber: null, seq: 0, partial: false },
  time: new Date(now).toISOString(),
  stream: 'notice',
  line: absent
    ? 'NATS does not answer: what is written now waits on the nodes and comes when it is back.'
    : 'NATS is back.',
});

const noSuchSlot = (serviceName: string, index: number, slots: { index: number }[]): RestowError =>
  new RestowError(
    'not-found',
    `${serviceName} has no slot ${index}; it has ${slots.length === 0 ? 'none yet' : slots.map((slot) => slot.index).join(', ')}.`,
  );
