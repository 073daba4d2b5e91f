import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { type HostEvent, isNew, sentTwice } from '../lab/sent-twice.ts';

/** The old instance of the first slot is on its temporary end, and its address is free on the engine. */
const letsGo = ({ Type, Action, Actor }: HostEvent, [old]: EngineContainer[]): boolean =>
  Type === 'network' &&
  Action === 'disconnect' &&
  Actor.Attributes.name === 'restow-overlay' &&
  Actor.Attributes.container === old!.Id;

/** The old instance of the first slot is asked to end. */
const isAsked = (event: HostEvent, [old]: EngineContainer[]): boolean =>
  event.Action === 'kill' && event.Actor.ID === old!.Id;

describeCluster('orders of start-first to agents, sent twice, since somebody was killed in between', (cluster) => {
  sentTwice(
    cluster,
    ['--order', 'start-first'],
    [
      ['the coordinator, as the first container is made', (event) => isNew(event, 'create'), ['coordinator'], '111'],
      ['the coordinator, as the gate’s address is let go', letsGo, ['coordinator'], '.11'],
      ['an agent, as the old instance lets go of the address', letsGo, ['agent'], '.11'],
      ['an agent, as the new instance starts', (event) => isNew(event, 'start', 1), ['agent'], '.11'],
      ['both, as the old instance is asked to end', isAsked, ['coordinator', 'agent'], '.11'],
    ],
  );
});
