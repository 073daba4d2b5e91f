// Original file: proto/restow/v1/api.proto

import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from '../../restow/v1/PinnedImage.ts';
import type { PlannedSwap as _restow_v1_PlannedSwap, PlannedSwap__Output as _restow_v1_PlannedSwap__Output } from '../../restow/v1/PlannedSwap.ts';

export interface _restow_v1_Plan_Batch {
  'slots'?: (number)[];
}

export interface _restow_v1_Plan_Batch__Output {
  'slots': (number)[];
}

export interface _restow_v1_Plan_ChosenOrder {
  'asked'?: (string);
  'chosen'?: (string);
  'because'?: (string);
}

export interface _restow_v1_Plan_ChosenOrder__Output {
  'asked': (string);
  'chosen': (string);
  'because': (string);
}

export interface _restow_v1_Plan_PlannedPull {
  'nodeId'?: (string);
  'nodeName'?: (string);
  'present'?: (boolean);
}

export interface _restow_v1_Plan_PlannedPull__Output {
  'nodeId': (string);
  'nodeName': (string);
  'present': (boolean);
}

export interface _restow_v1_Plan_PlannedRemoval {
  'slotIndex'?: (number);
  'slotName'?: (string);
  'nodeName'?: (string);
}

export interface _restow_v1_Plan_PlannedRemoval__Output {
  'slotIndex': (number);
  'slotName': (string);
  'nodeName': (string);
}

/**
 * Slots that run before and after it, those it leaves alone included.
 */
export interface _restow_v1_Plan_Scale {
  'from'?: (number);
  'to'?: (number);
}

/**
 * Slots that run before and after it, those it leaves alone included.
 */
export interface _restow_v1_Plan_Scale__Output {
  'from': (number);
  'to': (number);
}

export interface Plan {
  'serviceId'?: (string);
  'serviceName'?: (string);
  'revisionNumber'?: (number);
  'image'?: (_restow_v1_PinnedImage | null);
  'order'?: (_restow_v1_Plan_ChosenOrder | null);
  'gate'?: (boolean);
  'batches'?: (_restow_v1_Plan_Batch)[];
  'swaps'?: (_restow_v1_PlannedSwap)[];
  'removals'?: (_restow_v1_Plan_PlannedRemoval)[];
  'pulls'?: (_restow_v1_Plan_PlannedPull)[];
  'predictedOutageSeconds'?: (number | string);
  'predictedOutageFrom'?: (string);
  'warnings'?: (string)[];
  /**
   * Of a scale; absent: every slot is redeployed.
   */
  'scale'?: (_restow_v1_Plan_Scale | null);
}

export interface Plan__Output {
  'serviceId': (string);
  'serviceName': (string);
  'revisionNumber': (number);
  'image': (_restow_v1_PinnedImage__Output | null);
  'order': (_restow_v1_Plan_ChosenOrder__Output | null);
  'gate': (boolean);
  'batches': (_restow_v1_Plan_Batch__Output)[];
  'swaps': (_restow_v1_PlannedSwap__Output)[];
  'removals': (_restow_v1_Plan_PlannedRemoval__Output)[];
  'pulls': (_restow_v1_Plan_PlannedPull__Output)[];
  'predictedOutageSeconds': (number);
  'predictedOutageFrom': (string);
  'warnings': (string)[];
  /**
   * Of a scale; absent: every slot is redeployed.
   */
  'scale': (_restow_v1_Plan_Scale__Output | null);
}
