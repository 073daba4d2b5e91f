/** What a DNS label may be, in words for a message. */
export const dnsLabelRule = '1 to 63 lower-case letters, digits and inner hyphens';

/** True for 1 to 63 lower-case letters, digits and hyphens that neither begin nor end with a hyphen. */
export const isDnsLabel = (text: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
