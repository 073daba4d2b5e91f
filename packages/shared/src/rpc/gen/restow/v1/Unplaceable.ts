// Original file: proto/restow/v1/api.proto

import type { NodeVerdict as _restow_v1_NodeVerdict, NodeVerdict__Output as _restow_v1_NodeVerdict__Output } from '../../restow/v1/NodeVerdict.ts';

export interface Unplaceable {
  'slotIndex'?: (number);
  'slotName'?: (string);
  'message'?: (string);
  'waysOut'?: (string)[];
  'verdicts'?: (_restow_v1_NodeVerdict)[];
}

export interface Unplaceable__Output {
  'slotIndex': (number);
  'slotName': (string);
  'message': (string);
  'waysOut': (string)[];
  'verdicts': (_restow_v1_NodeVerdict__Output)[];
}
