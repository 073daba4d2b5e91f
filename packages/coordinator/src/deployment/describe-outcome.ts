import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { OrderKind, OutcomeByKind } from '@restow/shared/domain/order';
import { inWords, plural } from '../placement/words.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const wereCut = (count: number): string =>
  `${count} ${plural(count, 'connection')} ${count === 1 ? 'was' : 'were'} cut`;

const describe: { [Kind in OrderKind]: (value: OutcomeByKind[Kind]) => string } = {
  'resolve-image': ({ image }) =>
    image.kind === 'digest' ? `${image.reference} is ${image.digest}` : `${image.reference} exists on this node only`,
  survey: ({ imagePresent }) => (imagePresent ? 'image present' : 'image to be pulled'),
  'pull-image': ({ alreadyPresent, bytes }) =>
    alreadyPresent ? 'image already there' : `pulled ${(bytes / 1e6).toFixed(1)} MB`,
  prepare: ({ containerName }) => `made ${containerName}, not started`,
  open: () => "every connection is the old instance's",
  take: ({ healthyAfterMs }) => `started, healthy after ${seconds(healthyAfterMs)}`,
  flip: () => "new connections are the new instance's",
  drain: ({ exitCode, killed, tookMs, cut }) =>
    [
      `${killed ? 'killed at the end of its grace' : 'stopped'} after ${seconds(tookMs)}${exitCode === null ? '' : `, exit code ${exitCode}`}`,
      ...(cut === 0 ? [] : [`${wereCut(cut)} at ${killed ? 'the end of the grace' : 'its end'}`]),
      'kept',
    ].join('; '),
  settle: () => 'owns the address',
  close: () => 'nothing of the handover is left',
  retire: ({ removedNow }) => (removedNow ? 'removed' : 'will be removed with its last log line acknowledged'),
  'put-aside': ({ exitCode, logTail }) =>
    `put aside${exitCode === null ? '' : `, exit code ${exitCode}`}${logTail.map((line) => `\n  | ${line}`).join('')}`,
  revive: ({ healthyAfterMs }) => `answers again, healthy after ${seconds(healthyAfterMs)}`,
  'measure-volumes': ({ volumes }) => `${volumes.length} measured`,
  'purge-volume': ({ removed }) => (removed ? 'deleted' : 'was not there any more'),
};

/** What an order did, for the deployment's record. Pure. */
export const describeOutcome = <Kind extends OrderKind>(kind: Kind, value: OutcomeByKind[Kind]): string =>
  describe[kind](value);

const cutIn = ({ name, state, detail }: DeploymentStep): number =>
  name === 'drain' && state === 'done' ? Number(/; (\d+) connections? w\w+ cut at /.exec(detail)?.[1] ?? 0) : 0;

/** `2 connections were cut: 2 of web-1.`, as the steps of a deployment tell; '' where none was. Pure. */
export const cutInWords = (steps: readonly DeploymentStep[]): string => {
  const cuts = new Map<string, number>();
  for (const step of steps) {
    const cut = cutIn(step);
    if (cut > 0) cuts.set(step.slotName ?? '', (cuts.get(step.slotName ?? '') ?? 0) + cut);
  }
  if (cuts.size === 0) return '';
  const all = [...cuts.values()].reduce((sum, cut) => sum + cut, 0);
  return `${wereCut(all)}: ${inWords([...cuts].map(([slot, cut]) => `${cut} of ${slot}`))}.`;
};
