import { referenceTo } from '@restow/shared/domain/service';
import type { NodeView, ServiceView, TagsView } from '@restow/shared/domain/view';
import { columns, table } from './table.ts';
import { listed } from './words.ts';

/** The tags of what was named: `web   service   frontend, prod`. Pure. */
export const tagsOf = (views: Pick<TagsView, 'kind' | 'name' | 'tags'>[]): string =>
  columns(views.map(({ kind, name, tags }) => [name, kind, listed(tags)]));

export interface TagUse {
  tag: string;
  nodes: string[];
  services: string[];
}

/** Every tag there is, the nodes that carry it and the services that ask for it. Pure. */
export const tagUses = (nodes: NodeView[], services: ServiceView[]): TagUse[] => {
  const tags = [...nodes.flatMap((node) => node.tags), ...services.flatMap(({ definition }) => definition.tags)];
  return [...new Set(tags)].sort().map((tag) => ({
    tag,
    nodes: nodes.filter((node) => node.tags.includes(tag)).map(({ name }) => name),
    services: services.filter(({ definition }) => definition.tags.includes(tag)).map(referenceTo),
  }));
};

/** `tag ls` without a name. Pure. */
export const tagList = (uses: TagUse[]): string =>
  table(
    ['TAG', 'NODES', 'SERVICES'],
    uses.map(({ tag, nodes, services }) => [tag, listed(nodes), listed(services)]),
  );
