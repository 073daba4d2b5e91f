// Original file: proto/restow/v1/common.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One labelled container as an agent last saw it on its engine.
 */
export interface ObservedInstance {
  'instanceId'?: (string);
  'containerId'?: (string);
  'containerName'?: (string);
  'serviceId'?: (string);
  'slotId'?: (string);
  'revisionId'?: (string);
  'deploymentId'?: (string);
  'nodeId'?: (string);
  /**
   * created, running, stopped or gone.
   */
  'state'?: (string);
  /**
   * none, starting, healthy or unhealthy.
   */
  'health'?: (string);
  /**
   * Absent while it runs or when it never ran.
   */
  'exitCode'?: (number);
  'startedAt'?: (number | string | Long);
  'finishedAt'?: (number | string | Long);
  '_exitCode'?: "exitCode";
}

/**
 * One labelled container as an agent last saw it on its engine.
 */
export interface ObservedInstance__Output {
  'instanceId': (string);
  'containerId': (string);
  'containerName': (string);
  'serviceId': (string);
  'slotId': (string);
  'revisionId': (string);
  'deploymentId': (string);
  'nodeId': (string);
  /**
   * created, running, stopped or gone.
   */
  'state': (string);
  /**
   * none, starting, healthy or unhealthy.
   */
  'health': (string);
  /**
   * Absent while it runs or when it never ran.
   */
  'exitCode'?: (number);
  'startedAt': (number);
  'finishedAt': (number);
  '_exitCode'?: "exitCode";
}
