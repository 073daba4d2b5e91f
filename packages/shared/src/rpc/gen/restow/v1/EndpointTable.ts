// Original file: proto/restow/v1/agent.proto

import type { Endpoint as _restow_v1_Endpoint, Endpoint__Output as _restow_v1_Endpoint__Output } from '../../restow/v1/Endpoint.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Where slots' addresses live. `full` replaces everything; otherwise `endpoints` are added or moved and
 * `removed_slots` go. State, not an order: the newest version counts. Each message stays below 1 MiB; a larger table
 * comes in several, of which only the first has `full` and only the last has `last`.
 */
export interface EndpointTable {
  'version'?: (number | string | Long);
  'full'?: (boolean);
  'endpoints'?: (_restow_v1_Endpoint)[];
  'removedSlots'?: (string)[];
  'last'?: (boolean);
}

/**
 * Where slots' addresses live. `full` replaces everything; otherwise `endpoints` are added or moved and
 * `removed_slots` go. State, not an order: the newest version counts. Each message stays below 1 MiB; a larger table
 * comes in several, of which only the first has `full` and only the last has `last`.
 */
export interface EndpointTable__Output {
  'version': (number);
  'full': (boolean);
  'endpoints': (_restow_v1_Endpoint__Output)[];
  'removedSlots': (string)[];
  'last': (boolean);
}
