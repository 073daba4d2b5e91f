import type { NatsLink } from '@restow/shared/bus/nats-link';
import { deploymentEventSubject } from '@restow/shared/bus/subjects';
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
 * NATS is away is not told later, and nothing here waits for it. Returns how to stop.
 */
export const announceToNats = (announcer: Announcer, link: NatsLink): (() => void) =>
  announcer.listen((news) => {
    const event = eventOf(news);
    if (event) link.session?.connection.publish(deploymentEventSubject(event.deploymentId), JSON.stringify(event.body));
  });
