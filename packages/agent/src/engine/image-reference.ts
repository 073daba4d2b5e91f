/** What a reference is made of: `registry:5000/team/app:v1` is repository `registry:5000/team/app`, tag `v1`. */
export interface ImageReference {
  repository: string;
  tag: string | null;
  digest: string | null;
}

/** Takes a reference apart. A colon before the last slash belongs to the registry's port. Pure; checks nothing. */
export const parseReference = (reference: string): ImageReference => {
  const [named = '', digest = null] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon === -1
    ? { repository: named, tag: null, digest }
    : { repository: named.slice(0, colon), tag: named.slice(colon + 1), digest };
};

/**
 * The registry a reference is asked of, for messages. A first part with a dot or a colon, or `localhost`, is a host;
 * anything else is a name on Docker Hub.
 */
export const registryOf = (reference: string): string => {
  const { repository } = parseReference(reference);
  const [first = '', ...rest] = repository.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
};
