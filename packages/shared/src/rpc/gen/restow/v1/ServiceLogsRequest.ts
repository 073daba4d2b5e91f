// Original file: proto/restow/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface ServiceLogsRequest {
  'service'?: (string);
  'follow'?: (boolean);
  /**
   * 0: all slots.
   */
  'slot'?: (number);
  /**
   * Milliseconds since the epoch; 0: from the start.
   */
  'since'?: (number | string | Long);
  /**
   * Only the last lines before following; 0: all.
   */
  'tail'?: (number);
}

export interface ServiceLogsRequest__Output {
  'service': (string);
  'follow': (boolean);
  /**
   * 0: all slots.
   */
  'slot': (number);
  /**
   * Milliseconds since the epoch; 0: from the start.
   */
  'since': (number);
  /**
   * Only the last lines before following; 0: all.
   */
  'tail': (number);
}
