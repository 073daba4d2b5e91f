// Original file: proto/restow/v1/api.proto

import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from '../../restow/v1/PinnedImage.ts';
import type { SlotPort as _restow_v1_SlotPort, SlotPort__Output as _restow_v1_SlotPort__Output } from '../../restow/v1/SlotPort.ts';
import type { Long } from '@grpc/proto-loader';

export interface SlotView {
  'id'?: (string);
  'index'?: (number);
  'name'?: (string);
  /**
   * Empty with host networking: nothing answers there.
   */
  'address'?: (string);
  'nodeId'?: (string);
  'nodeName'?: (string);
  'instanceId'?: (string);
  'containerId'?: (string);
  'revisionNumber'?: (number);
  'image'?: (_restow_v1_PinnedImage | null);
  /**
   * running, stopped, created, gone, or unknown when its node does not answer.
   */
  'state'?: (string);
  'health'?: (string);
  'exitCode'?: (number);
  'startedAt'?: (number | string | Long);
  /**
   * Its instance is as the newest definition has it.
   */
  'synchronized'?: (boolean);
  'ports'?: (_restow_v1_SlotPort)[];
  /**
   * Definition fields in which its instance differs.
   */
  'pending'?: (string)[];
  /**
   * Name in the public zone, with the address of its node; never changes. Empty where the cluster has no zone.
   */
  'publicDns'?: (string);
  /**
   * The name of its instance there; new with every instance. Empty where there is none.
   */
  'instancePublicDns'?: (string);
  '_exitCode'?: "exitCode";
}

export interface SlotView__Output {
  'id': (string);
  'index': (number);
  'name': (string);
  /**
   * Empty with host networking: nothing answers there.
   */
  'address': (string);
  'nodeId': (string);
  'nodeName': (string);
  'instanceId': (string);
  'containerId': (string);
  'revisionNumber': (number);
  'image': (_restow_v1_PinnedImage__Output | null);
  /**
   * running, stopped, created, gone, or unknown when its node does not answer.
   */
  'state': (string);
  'health': (string);
  'exitCode'?: (number);
  'startedAt': (number);
  /**
   * Its instance is as the newest definition has it.
   */
  'synchronized': (boolean);
  'ports': (_restow_v1_SlotPort__Output)[];
  /**
   * Definition fields in which its instance differs.
   */
  'pending': (string)[];
  /**
   * Name in the public zone, with the address of its node; never changes. Empty where the cluster has no zone.
   */
  'publicDns': (string);
  /**
   * The name of its instance there; new with every instance. Empty where there is none.
   */
  'instancePublicDns': (string);
  '_exitCode'?: "exitCode";
}
