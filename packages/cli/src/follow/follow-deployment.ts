import { setTimeout as sleep } from 'node:timers/promises';
import { isRestowError, RestowError } from '@restow/shared/base/errors';
import type { DeploymentEvent, DeploymentView } from '@restow/shared/domain/view';
import type { CallOptions } from '@restow/shared/rpc/restow-client';
import type { Cli } from '../cli.ts';
import { duration } from '../render/words.ts';
import type { Telling } from './telling.ts';

export interface FollowOptions {
  /** Return once it is accepted. */
  detach: boolean;
  /** Stop waiting after this long, milliseconds; `null`: never. */
  timeoutMs: number | null;
}

/** A coordinator that restarts is back within this; longer, and the person should know. Milliseconds. */
const patienceMs = 60_000;
const pauseMs = 500;

const lostSentence = (number: number): string =>
  `The coordinator was lost; deployment ${number} goes on. Trying for ${duration(patienceMs)} to find it again.`;

const lookAgain = (number: number): string => `look again with \`restow deployment watch ${number}\``;

/**
 * Begins a deployment and follows it to its end (with `detach` until it is accepted). A lost connection is taken up
 * again, since the deployment goes on without us. Ctrl-C and the timeout stop the watching only, and say how to look
 * again. Throws what began it, `timeout`, or `unavailable` when the coordinator stays away.
 */
export const followDeployment = async (
  cli: Cli,
  begin: (call: CallOptions) => AsyncIterable<DeploymentEvent>,
  { detach, timeoutMs }: FollowOptions,
  telling: Telling,
): Promise<DeploymentView> => {
  const expired = new AbortController();
  const timer = timeoutMs === null ? undefined : setTimeout(() => expired.abort(), timeoutMs);
  const signal = AbortSignal.any([cli.io.interrupted, expired.signal]);
  let known: DeploymentView | null = null;
  let lostAt: number | null = null;

  const listen = async (events: AsyncIterable<DeploymentEvent>): Promise<DeploymentView | null> => {
    for await (const event of events) {
      lostAt = null;
      telling.event(event);
      if (event.kind === 'ended') return event.deployment;
      if (event.kind === 'accepted' || event.kind === 'state') known = event.deployment;
      if (detach && event.kind === 'accepted') return event.deployment;
    }
    return null;
  };

  /** Again and again until the coordinator is back; a stream that ends before the deployment did counts as lost. */
  const listenToEnd = async (): Promise<DeploymentView> => {
    let events = begin({ signal });
    for (;;) {
      try {
        const ended = await listen(events);
        if (ended) return ended;
      } catch (error) {
        if (!known || !isRestowError(error, 'unavailable')) throw error;
      }
      if (!known) throw new RestowError('unavailable', 'The coordinator ended the call before it accepted anything.');
      if (lostAt === null) telling.say(lostSentence(known.number));
      lostAt ??= cli.io.now();
      if (cli.io.now() - lostAt > patienceMs)
        throw new RestowError(
          'unavailable',
          `The coordinator was lost and is not back after ${duration(patienceMs)}. Deployment ${known.number} goes on; ${lookAgain(known.number)}.`,
        );
      await sleep(pauseMs, undefined, { signal });
      events = cli.client().watchDeployment(known.id, { signal });
    }
  };

  try {
    return await listenToEnd();
  } catch (error) {
    const number = (known as DeploymentView | null)?.number;
    const goesOn = number === undefined ? '' : ` Deployment ${number} goes on; ${lookAgain(number)}.`;
    if (cli.io.interrupted.aborted) {
      telling.say(`No longer watching.${goesOn}`);
      throw cli.io.interrupted.reason;
    }
    if (expired.signal.aborted)
      throw new RestowError('timeout', `Not done after ${duration(timeoutMs!)}.${goesOn}`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
    telling.close();
  }
};
