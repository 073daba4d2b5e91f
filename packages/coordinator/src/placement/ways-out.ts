import type { NodeVerdict, Reason } from '@restow/shared/domain/placement';
import { byName, type PlacementNode, type PlacementRequest, type PlacementSlot } from './cluster-view.ts';
import { holderInWords, missingTags } from './constraints.ts';
import { inWords } from './words.ts';

/** Nodes whose cure is told; the nearest to fitting come first. */
const nodesAtMost = 3;

/**
 * What a person can do so that the slot finds a node: commands to type, each with what it does, the least invasive
 * first. A slot bound by a volume is helped on the volume's node; any other one on the nodes that lack the least.
 * Never empty. `placedCount`: slots of the service that have a place.
 */
export const waysOut = (
  request: PlacementRequest,
  slot: PlacementSlot,
  verdicts: NodeVerdict[],
  placedCount: number,
): string[] => {
  if (slot.pinnedVolumes.length > 0) return waysOutForData(request, slot, verdicts);
  if (verdicts.length === 0)
    return ["let a machine join: start an agent on it with this coordinator's address and token"];
  const unknown = request.definition.tags.filter((tag) => request.nodes.every((node) => !node.tags.includes(tag)));
  const nearest = [...verdicts]
    .sort((a, b) => a.reasons.length - b.reasons.length || byName({ name: a.nodeName }, { name: b.nodeName }))
    .slice(0, nodesAtMost);
  return [
    ...unknown.map((tag) => `restow tag rm -t ${tag} ${request.serviceName} (no node carries the tag ${tag})`),
    ...nearest.flatMap(({ nodeId, reasons }) => cures(request, nodeId, reasons)),
    ...(nearest.some(({ reasons }) => reasons.some(({ code }) => code === 'already-has-one'))
      ? roomForMore(request, placedCount)
      : []),
  ].filter(isFirst);
};

/** Where a node takes one slot only: more nodes, or fewer slots. */
const roomForMore = ({ definition, serviceName, standing }: PlacementRequest, placedCount: number): string[] => [
  'let another node join or take part: each takes one slot',
  ...(definition.strategy === 'EVERY_NODE' || placedCount === 0 || standing
    ? []
    : [`restow service update -t ${placedCount} ${serviceName} (as many slots as there is room for)`]),
];

const waysOutForData = (request: PlacementRequest, slot: PlacementSlot, verdicts: NodeVerdict[]): string[] => {
  const homes = [...new Set(slot.pinnedVolumes.map(({ nodeId }) => nodeId))];
  const atHome = homes.length === 1 ? verdicts.find(({ nodeId }) => nodeId === homes[0]) : undefined;
  const own = slot.pinnedVolumes.filter(({ lender }) => lender === undefined);
  const volumes = own.map(({ name, nodeId }) => `${name} stays on ${nameOf(request, nodeId)}`);
  const here = atHome ? cures(request, atHome.nodeId, atHome.reasons) : [];
  const helps = verdicts.some(({ reasons }) => reasons.every(({ code }) => code === 'volume-elsewhere'));
  const wasStarted = request.slots.some(({ currentNodeId }) => currentNodeId !== null);
  const freshVolumes = `restow service ${wasStarted ? 'redeploy' : 'start'} --not-reuse-volumes ${request.serviceName} (every slot gets fresh, empty volumes; ${inWords(volumes)}, detached)`;
  const lenders = [...new Set(slot.pinnedVolumes.flatMap(({ lender }) => lender ?? []))];
  return [
    ...here,
    ...(own.length > 0 && (helps || here.length === 0) ? [freshVolumes] : []),
    ...(own.length === 0 && here.length === 0
      ? [`place what ${inWords(lenders)} lends where ${request.serviceName} may run: change the tags of one of them`]
      : []),
  ].filter(isFirst);
};

/** The part to type, without what is said of it. */
const command = (way: string): string => way.split(' (')[0]!;

const isFirst = (way: string, index: number, all: string[]): boolean =>
  all.findIndex((other) => command(other) === command(way)) === index;

const nameOf = ({ nodes }: PlacementRequest, nodeId: string): string =>
  nodes.find(({ id }) => id === nodeId)?.name ?? 'its node';

/** What would take each reason away on this node. */
const cures = (request: PlacementRequest, nodeId: string, reasons: Reason[]): string[] => {
  const node = request.nodes.find(({ id }) => id === nodeId);
  return node ? reasons.flatMap(({ code }) => cureFor[code](request, node)) : [];
};

const cureFor: Record<Reason['code'], (request: PlacementRequest, node: PlacementNode) => string[]> = {
  'missing-tag': ({ definition, serviceName }, node) => {
    const missing = missingTags(definition.tags, node);
    const left = definition.tags.filter((tag) => !missing.includes(tag));
    const flags = (name: string, tags: string[]) => tags.map((tag) => `${name} ${tag} `).join('');
    return [
      `restow tag add ${flags('-t', missing)}${node.name} (${node.name} takes part)`,
      left.length > 0
        ? `restow service update ${flags('--tag', left)}${serviceName} (${serviceName} asks for less)`
        : `restow tag rm ${flags('-t', missing)}${serviceName} (${serviceName} asks for no tag)`,
    ];
  },
  cordoned: (_request, node) => [`restow node uncordon ${node.name}`],
  unreachable: (_request, { name, saidInstead }) => [
    saidInstead === undefined
      ? `bring ${name} back: start the machine, or the agent on it`
      : `have ${name} answer again: its agent is there, its engine wants looking at`,
  ],
  'port-in-use': ({ definition }, node) =>
    node.portsInUse
      .filter(({ port, protocol }) =>
        definition.ports.some((wanted) => wanted.hostPort === port && wanted.protocol === protocol),
      )
      .map(
        ({ port, holder }) =>
          `free port ${port} of ${node.name} (${holderInWords(holder)} holds it), or publish another`,
      ),
  'image-elsewhere': ({ image }) => [`push ${image.reference} to a registry, so that every node can pull it`],
  'already-has-one': () => [],
  'volume-taken': ({ serviceName }, node) =>
    node.foreignVolumes.map(
      ({ name }) => `give the mount of ${serviceName} another name, or remove volume ${name} on ${node.name} yourself`,
    ),
  'ports-exhausted': () => [],
  'volume-elsewhere': () => [],
};
