import { RestowError } from '@restow/shared/base/errors';
import { referenceTo } from '@restow/shared/domain/service';
import { isTag, tagRule } from '@restow/shared/domain/tag';
import type { TagsView } from '@restow/shared/domain/view';
import type { World } from '../world.ts';
import { updateService } from './define-service.ts';
import { findAll, findByReference } from './find-by-reference.ts';

/** The tags after adding and removing, sorted, each once. Pure. */
export const changedTags = (tags: string[], add: string[], remove: string[]): string[] =>
  [...new Set([...tags, ...add])].filter((tag) => !remove.includes(tag)).sort();

const notThere = (tags: string[], remove: string[]): string[] =>
  remove.filter((tag) => !tags.includes(tag)).map((tag) => `it has no tag ${tag} to remove`);

/**
 * Changes the tags of a node, or the deploy tags of a service (a change of its definition, so it takes a redeploy).
 * Looked up as a service first, then as a node. Warns of a service's tag that no node carries, and of a tag to remove
 * that was not there. Throws `invalid` for a malformed tag, `not-found`.
 */
export const changeTags = async (world: World, target: string, add: string[], remove: string[]): Promise<TagsView> => {
  const malformed = add.filter((tag) => !isTag(tag));
  if (malformed.length > 0)
    throw new RestowError(
      'invalid',
      `${malformed.map((tag) => `"${tag}"`).join(', ')} cannot be a tag: use ${tagRule}.`,
    );
  const { store } = world;
  const services = await store.services.list();
  const nodes = await store.nodes.list();
  if (findAll(services, target).length > 0) {
    const service = findByReference('service', services, target);
    const tags = changedTags(service.definition.tags, add, remove);
    await updateService(world, service.id, { ...service.definition, tags }, 0);
    const carried = new Set(nodes.flatMap((node) => node.tags));
    const uncarried = tags.filter((tag) => !carried.has(tag)).map((tag) => `no node carries the tag ${tag}`);
    const warnings = [...uncarried, ...notThere(service.definition.tags, remove)];
    return { kind: 'service', name: referenceTo(service), tags, warnings };
  }
  const node = findByReference('service or node', nodes, target);
  return store.transaction(async (inside) => {
    const now = (await inside.nodes.get(node.id)) ?? node;
    const tags = changedTags(now.tags, add, remove);
    await inside.nodes.put({ ...now, tags });
    return { kind: 'node', name: node.name, tags, warnings: notThere(now.tags, remove) };
  });
};
