// Original file: proto/restow/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface DeploymentStep {
  'seq'?: (number);
  'orderId'?: (string);
  'slotName'?: (string);
  'nodeName'?: (string);
  'phase'?: (string);
  'name'?: (string);
  /**
   * running, done or failed.
   */
  'state'?: (string);
  'detail'?: (string);
  'startedAt'?: (number | string | Long);
  'endedAt'?: (number | string | Long);
  'deploymentId'?: (string);
}

export interface DeploymentStep__Output {
  'seq': (number);
  'orderId': (string);
  'slotName': (string);
  'nodeName': (string);
  'phase': (string);
  'name': (string);
  /**
   * running, done or failed.
   */
  'state': (string);
  'detail': (string);
  'startedAt': (number);
  'endedAt': (number);
  'deploymentId': (string);
}
