import type { ServiceDefinition } from './service.ts';

/**
 * An image reference that can no longer mean two things.
 * - `digest`: every node pulls `repository@digest`.
 * - `local`: the image exists on one node only (no registry has it); it is pinned by its id and can run only there.
 */
export type PinnedImage =
  | { kind: 'digest'; reference: string; repository: string; digest: string }
  | { kind: 'local'; reference: string; imageId: string; nodeId: string };

/** What an engine is asked to pull or run: `repository@sha256:...`, or the id of a local image. */
export const engineReference = (image: PinnedImage): string =>
  image.kind === 'digest' ? `${image.repository}@${image.digest}` : image.imageId;

/** An immutable, numbered snapshot of a service's definition with its image pinned. */
export interface Revision {
  id: string;
  serviceId: string;
  /** 1, 2, ... within the service. */
  number: number;
  definition: ServiceDefinition;
  /** `Service.version` the definition was taken from. */
  definitionVersion: number;
  image: PinnedImage;
  createdAt: number;
}
