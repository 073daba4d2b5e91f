import type { PortHolder } from '@restow/shared/domain/node';
import type { Reason } from '@restow/shared/domain/placement';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { fixedPorts, type PublishedPort } from '@restow/shared/domain/service';
import type { PlacementNode, PlacementRequest, PlacementSlot } from './cluster-view.ts';
import { inWords, plural } from './words.ts';

/** What one constraint says; the words are made only when somebody asks. */
export type Verdict = { fits: true } | { fits: false; code: Reason['code']; because: () => string };

/**
 * One rule: may this slot be on this node, where `here` (slots of the same service) were placed already? Pure. Slots
 * without a pinned volume are alike to every rule, which is what lets nodes be filtered once for all of them.
 */
export type Constraint = (slot: PlacementSlot, node: PlacementNode, here: readonly PlacementSlot[]) => Verdict;

const fits: Verdict = { fits: true };
const no = (code: Reason['code'], because: () => string): Verdict => ({ fits: false, code, because });

/** Its agent has to be there to be told, and an engine for it to tell. */
const isReachable: Constraint = (_slot, node) => {
  const { name, unreachableSince: since, saidInstead } = node;
  if (since === null) return fits;
  return no('unreachable', () =>
    saidInstead === undefined
      ? `${name} has been unreachable since ${moment(since)}`
      : `${name} cannot be surveyed (${saidInstead})`,
  );
};

const moment = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** All deploy tags, whatever else the node carries (TAG-02, TAG-03). */
const carriesTags =
  (tags: string[]): Constraint =>
  (_slot, node) =>
    tags.every((tag) => node.tags.includes(tag))
      ? fits
      : no('missing-tag', () => {
          const missing = missingTags(tags, node);
          return `${node.name} lacks ${plural(missing.length, 'tag')} ${inWords(missing)}`;
        });

/** The deploy tags a node does not carry. */
export const missingTags = (tags: string[], node: Pick<PlacementNode, 'tags'>): string[] =>
  tags.filter((tag) => !node.tags.includes(tag));

/** A cordoned node takes nothing new. A slot that runs there now and has its data there is not new. */
const takesIt: Constraint = (slot, node) =>
  node.availability === 'active' || staysByVolume(slot, node) ? fits : no('cordoned', () => `${node.name} is cordoned`);

/** The slot runs on this node now, and a volume of its own keeps it there. */
export const staysByVolume = (slot: PlacementSlot, node: PlacementNode): boolean =>
  slot.currentNodeId === node.id && slot.pinnedVolumes.some(({ nodeId }) => nodeId === node.id);

/** Volume -> slot -> node. */
const hasVolumes =
  (nodeName: (id: string) => string): Constraint =>
  (slot, node) =>
    slot.pinnedVolumes.every(({ nodeId }) => nodeId === node.id)
      ? fits
      : no('volume-elsewhere', () =>
          slot.pinnedVolumes
            .filter(({ nodeId }) => nodeId !== node.id)
            .map(({ name, nodeId, lender }) =>
              lender === undefined
                ? `volume ${name} is on ${nodeName(nodeId)}`
                : `${name}, which ${lender} lends, is on ${nodeName(nodeId)}`,
            )
            .join(', '),
        );

/** A name that somebody else's volume has on the node. A slot with its own volume there has its name already. */
const hasNames: Constraint = (slot, node) =>
  node.foreignVolumes.length === 0 || slot.pinnedVolumes.some(({ lender }) => lender === undefined)
    ? fits
    : no('volume-taken', () =>
        node.foreignVolumes
          .map(({ name, users }) => {
            const used = users.length > 0 ? `, used by ${inWords(users)}` : '';
            return `volume ${name} of ${node.name} is not Restow's${used}`;
          })
          .join(', '),
      );

/** A fixed port belongs to one holder on each node. */
const hasPorts = (ports: PublishedPort[]): Constraint => {
  const held = (node: PlacementNode) =>
    node.portsInUse.filter(({ port, protocol }) =>
      ports.some((wanted) => wanted.hostPort === port && wanted.protocol === protocol),
    );
  return (_slot, node) =>
    ports.length === 0 || held(node).length === 0
      ? fits
      : no('port-in-use', () =>
          held(node)
            .map(({ port, holder }) => `port ${port} of ${node.name} is held by ${holderInWords(holder)}`)
            .join(', '),
        );
};

/** `web-1`, `container proxy`, `pid 4711 (nginx)`. */
export const holderInWords = (holder: PortHolder): string => {
  if (holder.kind === 'slot') return holder.slotName;
  if (holder.kind === 'container') return `container ${holder.containerName}`;
  return holder.pid === null ? holder.program : `pid ${holder.pid} (${holder.program})`;
};

/** An image no registry has can only run where it is. */
const hasImage =
  (image: PinnedImage, nodeName: (id: string) => string): Constraint =>
  (_slot, node) =>
    image.kind === 'digest' || image.nodeId === node.id
      ? fits
      : no('image-elsewhere', () => `image ${image.reference} exists on ${nodeName(image.nodeId)} only`);

/** One slot a node, by strategy or because two cannot publish one port. */
const isAlone = ({ strategy, ports: named }: PlacementRequest['definition']): Constraint => {
  const ports = fixedPorts(named);
  return (_slot, node, all) => {
    // What one that is left alone publishes is among the node's ports in use.
    const here = strategy === 'EVERY_NODE' ? all : all.filter(({ stands }) => !stands);
    if (here.length === 0 || (strategy !== 'EVERY_NODE' && ports.length === 0)) return fits;
    return no('already-has-one', () => {
      const there = `${node.name} already has ${inWords(here.map(({ name }) => name))}`;
      if (strategy === 'EVERY_NODE') return `${there}, and EVERY_NODE puts one on each`;
      return `${there}, which publishes port ${inWords(ports.map(({ hostPort }) => String(hostPort)))} too`;
    });
  };
};

/** Every rule of a request, in the order its reasons are told. */
export const constraintsOf = (request: PlacementRequest): Constraint[] => {
  // Only words need names, so the map is made when the first word is.
  let names: Map<string, string> | undefined;
  const nodeName = (id: string) => {
    names ??= new Map(request.nodes.map((node) => [node.id, node.name]));
    return names.get(id) ?? `a node that is not known any more (${id.slice(0, 8)})`;
  };
  return [
    hasVolumes(nodeName),
    carriesTags(request.definition.tags),
    takesIt,
    isReachable,
    hasNames,
    hasPorts(fixedPorts(request.definition.ports)),
    hasImage(request.image, nodeName),
    isAlone(request.definition),
  ];
};

/** True when no constraint objects. Makes no words. */
export const allFit = (
  constraints: Constraint[],
  slot: PlacementSlot,
  node: PlacementNode,
  here: readonly PlacementSlot[],
): boolean => constraints.every((constraint) => constraint(slot, node, here).fits);

/** Every reason why not, in words; empty when the node fits. */
export const reasonsAgainst = (
  constraints: Constraint[],
  slot: PlacementSlot,
  node: PlacementNode,
  here: readonly PlacementSlot[],
): Reason[] =>
  constraints.flatMap((constraint) => {
    const verdict = constraint(slot, node, here);
    return verdict.fits ? [] : [{ code: verdict.code, message: verdict.because() }];
  });
