// Original file: proto/restow/v1/api.proto

import type { ServiceDefinition as _restow_v1_ServiceDefinition, ServiceDefinition__Output as _restow_v1_ServiceDefinition__Output } from '../../restow/v1/ServiceDefinition.ts';
import type { SlotView as _restow_v1_SlotView, SlotView__Output as _restow_v1_SlotView__Output } from '../../restow/v1/SlotView.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A service with its slots, as desired and as observed.
 */
export interface ServiceView {
  'id'?: (string);
  'name'?: (string);
  'definition'?: (_restow_v1_ServiceDefinition | null);
  'version'?: (number | string | Long);
  'createdAt'?: (number | string | Long);
  'updatedAt'?: (number | string | Long);
  /**
   * Docker Cloud's words: Not running, Starting, Running, Partly running, Redeploying, Scaling, Stopped, Terminating, Terminated.
   */
  'state'?: (string);
  /**
   * Every slot runs the newest definition.
   */
  'synchronized'?: (boolean);
  /**
   * Definition fields that differ from what runs.
   */
  'pending'?: (string)[];
  'slots'?: (_restow_v1_SlotView)[];
  /**
   * Number of the newest revision deployed; 0 for none.
   */
  'revisionNumber'?: (number);
  /**
   * Number of the last deployment; 0 for none.
   */
  'deploymentNumber'?: (number);
  /**
   * Definition of the newest revision that a slot runs; absent while nothing was deployed.
   */
  'running'?: (_restow_v1_ServiceDefinition | null);
  /**
   * Name in the public zone, with an address for each node that runs it. Empty where none of its ports is fixed, where
   * nothing was deployed, and where the cluster has no zone.
   */
  'publicDns'?: (string);
  /**
   * Empty: it belongs to none.
   */
  'stack'?: (string);
}

/**
 * A service with its slots, as desired and as observed.
 */
export interface ServiceView__Output {
  'id': (string);
  'name': (string);
  'definition': (_restow_v1_ServiceDefinition__Output | null);
  'version': (number);
  'createdAt': (number);
  'updatedAt': (number);
  /**
   * Docker Cloud's words: Not running, Starting, Running, Partly running, Redeploying, Scaling, Stopped, Terminating, Terminated.
   */
  'state': (string);
  /**
   * Every slot runs the newest definition.
   */
  'synchronized': (boolean);
  /**
   * Definition fields that differ from what runs.
   */
  'pending': (string)[];
  'slots': (_restow_v1_SlotView__Output)[];
  /**
   * Number of the newest revision deployed; 0 for none.
   */
  'revisionNumber': (number);
  /**
   * Number of the last deployment; 0 for none.
   */
  'deploymentNumber': (number);
  /**
   * Definition of the newest revision that a slot runs; absent while nothing was deployed.
   */
  'running': (_restow_v1_ServiceDefinition__Output | null);
  /**
   * Name in the public zone, with an address for each node that runs it. Empty where none of its ports is fixed, where
   * nothing was deployed, and where the cluster has no zone.
   */
  'publicDns': (string);
  /**
   * Empty: it belongs to none.
   */
  'stack': (string);
}
