import { isIP } from 'node:net';

/** True for an IPv4 or IPv6 address in one of its usual spellings. */
export const isIpAddress = (text: string): boolean => isIP(text) !== 0;
