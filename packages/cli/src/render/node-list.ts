import type { NodeView } from '@restow/shared/domain/view';
import type { Look } from './look.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { bytes, listed, shortId, since } from './words.ts';

/** `ready`, `cordoned`, or for how long it cannot be reached; both when both are true. */
export const nodeState = ({ availability, unreachableSince, refused }: NodeView, now: number, paint: Paint): string => {
  const states = [
    ...(refused === undefined ? [] : [paint.bad('refused')]),
    ...(unreachableSince === null ? [] : [paint.bad(`unreachable for ${since(unreachableSince, now)}`)]),
    ...(availability === 'cordoned' ? ['cordoned'] : []),
  ];
  return states.length === 0 ? paint.good('ready') : states.join(', ');
};

/** `node ls`. Pure. */
export const nodeList = (nodes: NodeView[], look: Look): string =>
  nodeTable(nodes, look) +
  nodes.flatMap(({ name, refused }) => (refused ? [`${name} refused: ${refused}\n`] : [])).join('');

const nodeTable = (nodes: NodeView[], look: Look): string =>
  table(
    ['NAME', 'STATE', 'TAGS', 'ADDRESS', 'SLOTS', 'CORES', 'MEMORY FREE', 'ENGINE', 'ID'],
    nodes.map((node) => [
      node.name,
      nodeState(node, look.now, look.paint),
      listed(node.tags),
      node.publicAddress,
      String(node.slots.length),
      String(node.facts.cores),
      `${bytes(node.facts.memoryFreeBytes)} of ${bytes(node.facts.memoryBytes)}`,
      node.engine.version,
      shortId(node.id, look),
    ]),
  );
