import { openLog } from '@restow/shared/base/log';
import type { NatsLink } from '@restow/shared/bus/nats-link';
import type { DeploymentStep } from '@restow/shared/domain/deployment';
import { expect, test } from 'vitest';
import { localAnnouncer } from './local-announcer.ts';
import { announceToNats } from './nats-events.ts';

test('what NATS does not take is not told there, and stops nobody who announces', () => {
  const tried: string[] = [];
  const link = {
    session: {
      connection: {
        publish: (subject: string) => {
          tried.push(subject);
          throw new Error('closed connection');
        },
      },
    },
  } as unknown as NatsLink;
  const announcer = localAnnouncer();
  const heard: string[] = [];
  announceToNats(announcer, link, openLog('test', 'silent'));
  announcer.listen(({ kind }) => heard.push(kind));
  announcer.announce({ kind: 'step', step: { deploymentId: 'd' } as DeploymentStep });
  expect(tried).toHaveLength(1);
  expect(heard).toEqual(['step']);
});
