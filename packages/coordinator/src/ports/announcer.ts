import type { Deployment, DeploymentStep } from '@restow/shared/domain/deployment';
import type { OrderProgress } from '@restow/shared/domain/order';
import type { ObservedInstance } from '@restow/shared/domain/slot';

/** What happens, told to whoever listens. The store is the truth; this is only the news. */
export type News =
  | { kind: 'deployment'; deployment: Deployment }
  | { kind: 'step'; step: DeploymentStep }
  | {
      kind: 'progress';
      deploymentId: string;
      slotName: string | null;
      nodeName: string | null;
      step: string;
      progress: OrderProgress;
    }
  | { kind: 'instance'; instance: ObservedInstance }
  /** A node came, came back or was lost. */
  | { kind: 'node'; nodeId: string }
  /** Where slots belong, or whether names lead to them, was recorded anew. */
  | { kind: 'places' };

export interface Announcer {
  announce(news: News): void;
  /** Calls `listener` for everything from now on; returns how to stop. A listener that throws is a bug and surfaces. */
  listen(listener: (news: News) => void): () => void;
}
