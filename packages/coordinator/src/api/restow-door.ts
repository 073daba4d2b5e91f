import type { RestowHandlers } from '@restow/shared/rpc/gen/restow/v1/Restow';
import { deploymentCalls } from './deployment-calls.ts';
import type { Door } from './door.ts';
import { logCalls } from './log-calls.ts';
import { nodeCalls } from './node-calls.ts';
import { serviceCalls } from './service-calls.ts';
import { volumeCalls } from './volume-calls.ts';

/** The people's door: every call of the contract has a function here, or this does not compile. */
export const restowDoor = (door: Door): RestowHandlers => ({
  ...serviceCalls(door),
  ...deploymentCalls(door),
  ...nodeCalls(door),
  ...logCalls(door),
  ...volumeCalls(door),
});
