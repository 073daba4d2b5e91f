// Original file: proto/restow/v1/api.proto

import type { Reason as _restow_v1_Reason, Reason__Output as _restow_v1_Reason__Output } from '../../restow/v1/Reason.ts';

export interface NodeVerdict {
  'nodeId'?: (string);
  'nodeName'?: (string);
  'fits'?: (boolean);
  'reasons'?: (_restow_v1_Reason)[];
  /**
   * What the strategy counted; lower is better. Absent where it does not fit.
   */
  'score'?: (number);
  '_score'?: "score";
}

export interface NodeVerdict__Output {
  'nodeId': (string);
  'nodeName': (string);
  'fits': (boolean);
  'reasons': (_restow_v1_Reason__Output)[];
  /**
   * What the strategy counted; lower is better. Absent where it does not fit.
   */
  'score'?: (number);
  '_score'?: "score";
}
