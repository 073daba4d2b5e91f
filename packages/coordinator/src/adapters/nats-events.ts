import type { NatsLink } from '@restow/shared/bus/nats-link';
import { deploymentEventSubject } from '@restow/shared/bus/subjects';
import type { Logger } from 'pino';
import type { Announcer, News } from '../ports/announcer.ts';

/** What of the news goes out, and under whose subject; instances and progress are for this process alone. Pure. */
const eventOf = (news: News): { deploymentId: string; body: object } | null => {
  if (news.kind === 'step') return { deploymentId: news.step.deploymentId, body: { step: news.step } };
  if (news.kind !== 'deployment') return null;
  // The plan is large and stays where it is: whoever wants it asks the API.
  const { plan: _, ...deployment } = news.deployment;
  return { deploymentId: deployment.id, body: { deployment } };
};

/**
 * Tells NATS what happens to deployments, as JSON on `evt.coordinator.deployment.<uuid>`. News only: what happens while
 * NATS is away, or is more than it takes in one message, is not told later; nothing here waits for NATS, and nothing
 * that NATS refuses stops the deployment whose news it was. Returns how to stop.
 */
export const announceToNats = (announcer: Announcer, link: NatsLink, log: Logger): (() => void) =>
  announcer.listen((news) => {
    const event = eventOf(news);
    if (!event) return;
    const { deploymentId } = event;
    try {
      link.session?.connection.publish(deploymentEventSubject(deploymentId), JSON.stringify(event.body));
    } catch (error) {
      // A connection just closed, or a message above the server's limit.
      log.warn({ err: error, deploymentId, kind: news.kind }, 'NATS did not take news of a deployment');
    }
  });
