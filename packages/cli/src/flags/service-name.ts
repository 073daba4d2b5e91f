/** The name a service has when none is given: the last part of its image's name, as Docker Cloud did it. Pure. */
export const nameFromImage = (image: string): string =>
  image
    .replace(/@.*$/, '')
    .replace(/^.*\//, '')
    .replace(/:.*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
