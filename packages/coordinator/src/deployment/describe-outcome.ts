import type { OrderKind, OutcomeByKind } from '@restow/shared/domain/order';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const describe: { [Kind in OrderKind]: (value: OutcomeByKind[Kind]) => string } = {
  'resolve-image': ({ image }) =>
    image.kind === 'digest' ? `${image.reference} is ${image.digest}` : `${image.reference} exists on this node only`,
  survey: ({ imagePresent }) => (imagePresent ? 'image present' : 'image to be pulled'),
  'pull-image': ({ alreadyPresent, bytes }) =>
    alreadyPresent ? 'image already there' : `pulled ${(bytes / 1e6).toFixed(1)} MB`,
  prepare: ({ containerName }) => `made ${containerName}, not started`,
  open: () => 'let go of the address',
  take: ({ healthyAfterMs }) => `started, healthy after ${seconds(healthyAfterMs)}`,
  flip: () => "address, ports and restart policy are the new instance's",
  drain: ({ exitCode, killed, tookMs }) =>
    `${killed ? 'killed at the end of its grace' : 'stopped'} after ${seconds(tookMs)}${exitCode === null ? '' : `, exit code ${exitCode}`}; kept`,
  settle: () => 'owns the address',
  close: () => 'pins gone',
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
