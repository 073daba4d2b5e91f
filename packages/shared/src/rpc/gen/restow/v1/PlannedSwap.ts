// Original file: proto/restow/v1/api.proto

import type { SlotPlacement as _restow_v1_SlotPlacement, SlotPlacement__Output as _restow_v1_SlotPlacement__Output } from '../../restow/v1/SlotPlacement.ts';
import type { PublishedPort as _restow_v1_PublishedPort, PublishedPort__Output as _restow_v1_PublishedPort__Output } from '../../restow/v1/PublishedPort.ts';

export interface _restow_v1_PlannedSwap_Detached {
  'name'?: (string);
  'nodeName'?: (string);
}

export interface _restow_v1_PlannedSwap_Detached__Output {
  'name': (string);
  'nodeName': (string);
}

export interface _restow_v1_PlannedSwap_From {
  'nodeId'?: (string);
  'nodeName'?: (string);
  'instanceId'?: (string);
  'revisionNumber'?: (number);
  /**
   * The deployment that brought it; empty where only shown.
   */
  'deploymentId'?: (string);
  'ports'?: (_restow_v1_PublishedPort)[];
}

export interface _restow_v1_PlannedSwap_From__Output {
  'nodeId': (string);
  'nodeName': (string);
  'instanceId': (string);
  'revisionNumber': (number);
  /**
   * The deployment that brought it; empty where only shown.
   */
  'deploymentId': (string);
  'ports': (_restow_v1_PublishedPort__Output)[];
}

export interface _restow_v1_PlannedSwap_PlannedVolume {
  'name'?: (string);
  'path'?: (string);
  'fresh'?: (boolean);
  'readOnly'?: (boolean);
  /**
   * The definition's own name for it; empty where it gave none.
   */
  'mountName'?: (string);
  /**
   * The slot whose volume it is; empty: its own.
   */
  'from'?: (string);
}

export interface _restow_v1_PlannedSwap_PlannedVolume__Output {
  'name': (string);
  'path': (string);
  'fresh': (boolean);
  'readOnly': (boolean);
  /**
   * The definition's own name for it; empty where it gave none.
   */
  'mountName': (string);
  /**
   * The slot whose volume it is; empty: its own.
   */
  'from': (string);
}

export interface PlannedSwap {
  'slotIndex'?: (number);
  'slotName'?: (string);
  /**
   * Empty for a slot that is new.
   */
  'address'?: (string);
  'from'?: (_restow_v1_PlannedSwap_From | null);
  'placement'?: (_restow_v1_SlotPlacement | null);
  'volumes'?: (_restow_v1_PlannedSwap_PlannedVolume)[];
  'detaches'?: (_restow_v1_PlannedSwap_Detached)[];
  'ports'?: (_restow_v1_PublishedPort)[];
  /**
   * The slot and the instance it will get; empty in a plan that is only shown, given once a deployment recorded it.
   */
  'slotId'?: (string);
  'instanceId'?: (string);
}

export interface PlannedSwap__Output {
  'slotIndex': (number);
  'slotName': (string);
  /**
   * Empty for a slot that is new.
   */
  'address': (string);
  'from': (_restow_v1_PlannedSwap_From__Output | null);
  'placement': (_restow_v1_SlotPlacement__Output | null);
  'volumes': (_restow_v1_PlannedSwap_PlannedVolume__Output)[];
  'detaches': (_restow_v1_PlannedSwap_Detached__Output)[];
  'ports': (_restow_v1_PublishedPort__Output)[];
  /**
   * The slot and the instance it will get; empty in a plan that is only shown, given once a deployment recorded it.
   */
  'slotId': (string);
  'instanceId': (string);
}
