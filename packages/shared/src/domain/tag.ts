/** What a tag may be, in words for a message. */
export const tagRule = '1 to 63 letters, digits and _ . = : / -, beginning with a letter or digit';

/** True for a tag a node or a service may carry. Tags are compared as they are: case matters. */
export const isTag = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.=:/-]{0,62}$/.test(text);
