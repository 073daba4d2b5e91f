// Original file: proto/restow/v1/agent.proto

import type { PublishedPort as _restow_v1_PublishedPort, PublishedPort__Output as _restow_v1_PublishedPort__Output } from '../../restow/v1/PublishedPort.ts';
import type { HealthCheck as _restow_v1_HealthCheck, HealthCheck__Output as _restow_v1_HealthCheck__Output } from '../../restow/v1/HealthCheck.ts';
import type { HealthTiming as _restow_v1_HealthTiming, HealthTiming__Output as _restow_v1_HealthTiming__Output } from '../../restow/v1/HealthTiming.ts';

/**
 * Names an instance that exists, and how it is stopped or brought back.
 */
export interface InstanceRef {
  'serviceId'?: (string);
  'serviceName'?: (string);
  'slotId'?: (string);
  'slotIndex'?: (number);
  'instanceId'?: (string);
  'deploymentId'?: (string);
  'address'?: (string);
  'ports'?: (_restow_v1_PublishedPort)[];
  'healthCheck'?: (_restow_v1_HealthCheck | null);
  'stopSignal'?: (string);
  'stopGraceMs'?: (number);
  'minRunningMs'?: (number);
  'healthDeadlineMs'?: (number);
  /**
   * bridge, or host: it has no address of its own, and nothing of the overlay or the port map is about it.
   */
  'net'?: (string);
  'healthTiming'?: (_restow_v1_HealthTiming | null);
  /**
   * Empty: none.
   */
  'stack'?: (string);
  /**
   * OFF, ON_FAILURE or ALWAYS; who starts it again when it ended, once it serves.
   */
  'autorestart'?: (string);
  /**
   * OFF, ON_SUCCESS or ALWAYS.
   */
  'autodestroy'?: (string);
}

/**
 * Names an instance that exists, and how it is stopped or brought back.
 */
export interface InstanceRef__Output {
  'serviceId': (string);
  'serviceName': (string);
  'slotId': (string);
  'slotIndex': (number);
  'instanceId': (string);
  'deploymentId': (string);
  'address': (string);
  'ports': (_restow_v1_PublishedPort__Output)[];
  'healthCheck': (_restow_v1_HealthCheck__Output | null);
  'stopSignal': (string);
  'stopGraceMs': (number);
  'minRunningMs': (number);
  'healthDeadlineMs': (number);
  /**
   * bridge, or host: it has no address of its own, and nothing of the overlay or the port map is about it.
   */
  'net': (string);
  'healthTiming': (_restow_v1_HealthTiming__Output | null);
  /**
   * Empty: none.
   */
  'stack': (string);
  /**
   * OFF, ON_FAILURE or ALWAYS; who starts it again when it ended, once it serves.
   */
  'autorestart': (string);
  /**
   * OFF, ON_SUCCESS or ALWAYS.
   */
  'autodestroy': (string);
}
