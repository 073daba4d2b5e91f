// Original file: proto/restow/v1/api.proto

import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from '../../restow/v1/PinnedImage.ts';
import type { PublishedPort as _restow_v1_PublishedPort, PublishedPort__Output as _restow_v1_PublishedPort__Output } from '../../restow/v1/PublishedPort.ts';
import type { Long } from '@grpc/proto-loader';

export interface SlotView {
  'id'?: (string);
  'index'?: (number);
  'name'?: (string);
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
  'synchronized'?: (boolean);
  'ports'?: (_restow_v1_PublishedPort)[];
  '_exitCode'?: "exitCode";
}

export interface SlotView__Output {
  'id': (string);
  'index': (number);
  'name': (string);
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
  'synchronized': (boolean);
  'ports': (_restow_v1_PublishedPort__Output)[];
  '_exitCode'?: "exitCode";
}
