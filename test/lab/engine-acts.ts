import type { EngineEvent } from '@restow/lab/engines';

/** Something an engine did to a container or an image. */
export interface EngineAct {
  host: string;
  action: 'pull' | 'create' | 'start' | 'kill' | 'stop' | 'die' | 'destroy';
  /** Id of the container; of a pull, the image as it was asked for. */
  id: string;
  /** Name of the container; empty for a pull. */
  name: string;
  /** Nanoseconds since the epoch, good to the microsecond, of one clock for all hosts of a lab. */
  at: number;
}

const acts = new Set(['container create', 'container start', 'container kill', 'container stop', 'container die']);
const more = new Set(['container destroy', 'image pull']);

/** What touched containers or images, in the order it happened; the rest of what engines report is left out. */
export const engineActs = (events: readonly (EngineEvent & { host: string })[]): EngineAct[] =>
  events
    .filter(({ Type, Action }) => acts.has(`${Type} ${Action}`) || more.has(`${Type} ${Action}`))
    .map(({ host, Type, Action, Actor, timeNano }) => ({
      host,
      action: Action as EngineAct['action'],
      id: Actor.ID,
      name: Type === 'container' ? (Actor.Attributes.name ?? '') : '',
      at: timeNano,
    }))
    .sort((a, b) => a.at - b.at);
