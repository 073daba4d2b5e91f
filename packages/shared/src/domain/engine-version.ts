/**
 * Whether an engine gives an end the MAC its address asks for (`macOf`) when a container is connected while it runs,
 * as the simple start-first needs it. From 28 on engines draw one at random then, whatever MAC is asked for, and other
 * nodes would send to nobody. A version that cannot be read counts as new.
 */
export const derivesMac = (engineVersion: string): boolean => {
  const major = /^v?(\d+)\./.exec(engineVersion)?.[1];
  return major !== undefined && Number(major) < 28;
};
