import { ok, type Result, refused } from '../base/result.ts';

/** An image reference taken apart, as the distribution project's grammar reads it. */
export interface ImageReference {
  /** Host and port the image comes from; `docker.io` where the reference names none. */
  registry: string;
  /** The name as people write it, without tag and digest: `redis`, `registry:5000/team/app`. */
  repository: string;
  /** The same name in full: `docker.io/library/redis`. Two references mean one repository exactly when these are equal. */
  canonicalName: string;
  /** `null` when none was given; it then means `latest`, unless there is a digest. */
  tag: string | null;
  /** `sha256:` and 64 hex digits (or sha384, sha512 and theirs); it wins over the tag. */
  digest: string | null;
}

const defaultRegistry = 'docker.io';

const hostShape =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const partShape = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagShape = /^\w[\w.-]{0,127}$/;
const digestShape = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/** A first part names a registry when no repository could be called that: it has a dot, a port, or is `localhost`. */
const namesRegistry = (part: string): boolean => /[.:[]/.test(part) || part === 'localhost' || /[A-Z]/.test(part);

const problemOfPart = (part: string): string => {
  if (part === '') return 'it has an empty part between slashes';
  if (part !== part.toLowerCase()) return `"${part}" must be lower case, such as "${part.toLowerCase()}"`;
  return `"${part}" may only have lower-case letters and digits, joined by single ".", "_" or "-"`;
};

/**
 * Takes an image reference apart: `[registry[:port]/]name[:tag][@sha256:...]`. The refusal is a sentence that says what
 * is wrong with it and what would be right.
 */
export const parseImageReference = (text: string): Result<ImageReference, string> => {
  const no = (why: string) => refused(`"${text}" is not an image reference: ${why}.`);
  if (text === '')
    return refused('The image reference is empty; give one such as "app:v1" or "registry:5000/team/app:v1".');
  if (/\s/.test(text)) return no('it has white space in it');
  if (/^[a-z]+:\/\//i.test(text)) return no(`leave out "${text.slice(0, text.indexOf('://') + 3)}"`);

  const [named, digest, more] = text.split('@') as [string, string?, string?];
  if (more !== undefined) return no('it has more than one "@"');
  if (digest !== undefined && !digestShape.test(digest))
    return no(`the digest "${digest}" is not "sha256:" and 64 lower-case hex digits`);

  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon === -1 ? null : named.slice(colon + 1);
  const repository = colon === -1 ? named : named.slice(0, colon);
  if (tag !== null && !tagShape.test(tag))
    return no(`the tag "${tag}" must be 1 to 128 letters, digits, "_", "." or "-", not beginning with "." or "-"`);
  if (repository === '') return no('it has no name');

  const parts = repository.split('/');
  const registry = parts.length > 1 && namesRegistry(parts[0]!) ? parts[0]! : null;
  if (registry !== null && !hostShape.test(registry)) return no(`"${registry}" is not a host or host:port`);
  const path = registry === null ? parts : parts.slice(1);
  const bad = path.find((part) => !partShape.test(part));
  if (bad !== undefined) return no(problemOfPart(bad));
  if (/^[a-f0-9]{64}$/.test(repository)) return no('64 hex digits name an image by its id, not a repository');
  if (repository.length > 255) return no(`the name has ${repository.length} characters, at most 255 are allowed`);

  const onHub = registry === null || registry === defaultRegistry || registry === 'index.docker.io';
  const full = onHub && path.length === 1 ? ['library', ...path] : path;
  return ok({
    registry: onHub ? defaultRegistry : registry,
    repository,
    canonicalName: [onHub ? defaultRegistry : registry, ...full].join('/'),
    tag,
    digest: digest ?? null,
  });
};

/** The reference with nothing left to default: `docker.io/library/redis:latest`, or `...@sha256:...` where it has a digest. */
export const canonicalReference = ({ canonicalName, tag, digest }: ImageReference): string =>
  digest === null ? `${canonicalName}:${tag ?? 'latest'}` : `${canonicalName}@${digest}`;
