// Original file: proto/restow/v1/api.proto

import type { ServicePort as _restow_v1_ServicePort, ServicePort__Output as _restow_v1_ServicePort__Output } from '../../restow/v1/ServicePort.ts';
import type { Words as _restow_v1_Words, Words__Output as _restow_v1_Words__Output } from '../../restow/v1/Words.ts';
import type { VolumeMount as _restow_v1_VolumeMount, VolumeMount__Output as _restow_v1_VolumeMount__Output } from '../../restow/v1/VolumeMount.ts';
import type { HealthCheck as _restow_v1_HealthCheck, HealthCheck__Output as _restow_v1_HealthCheck__Output } from '../../restow/v1/HealthCheck.ts';
import type { UpdatePolicy as _restow_v1_UpdatePolicy, UpdatePolicy__Output as _restow_v1_UpdatePolicy__Output } from '../../restow/v1/UpdatePolicy.ts';
import type { HealthTiming as _restow_v1_HealthTiming, HealthTiming__Output as _restow_v1_HealthTiming__Output } from '../../restow/v1/HealthTiming.ts';
import type { HostPathMount as _restow_v1_HostPathMount, HostPathMount__Output as _restow_v1_HostPathMount__Output } from '../../restow/v1/HostPathMount.ts';
import type { VolumesFrom as _restow_v1_VolumesFrom, VolumesFrom__Output as _restow_v1_VolumesFrom__Output } from '../../restow/v1/VolumesFrom.ts';
import type { ContainerSettings as _restow_v1_ContainerSettings, ContainerSettings__Output as _restow_v1_ContainerSettings__Output } from '../../restow/v1/ContainerSettings.ts';
import type { Link as _restow_v1_Link, Link__Output as _restow_v1_Link__Output } from '../../restow/v1/Link.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * The whole of a definition; see the field comments of ServiceDefinition in the shared package for meaning and defaults.
 * An absent message and an empty word (strategy, order, on_failure, access) stand for the default; a number for itself.
 */
export interface ServiceDefinition {
  'image'?: (string);
  'count'?: (number);
  'tags'?: (string)[];
  /**
   * EMPTIEST_NODE, HIGH_AVAILABILITY or EVERY_NODE.
   */
  'strategy'?: (string);
  'ports'?: (_restow_v1_ServicePort)[];
  'env'?: ({[key: string]: string});
  'command'?: (_restow_v1_Words | null);
  'entrypoint'?: (_restow_v1_Words | null);
  'volumes'?: (_restow_v1_VolumeMount)[];
  'labels'?: ({[key: string]: string});
  /**
   * 0: no limit.
   */
  'memoryBytes'?: (number | string | Long);
  'healthCheck'?: (_restow_v1_HealthCheck | null);
  /**
   * Empty: the image's own.
   */
  'stopSignal'?: (string);
  'stopGraceMs'?: (number);
  'update'?: (_restow_v1_UpdatePolicy | null);
  'healthTiming'?: (_restow_v1_HealthTiming | null);
  'hostPaths'?: (_restow_v1_HostPathMount)[];
  'volumesFrom'?: (_restow_v1_VolumesFrom)[];
  'settings'?: (_restow_v1_ContainerSettings | null);
  /**
   * One slot at a time, in the order of their numbers.
   */
  'sequential'?: (boolean);
  /**
   * When a container that ended is started again: OFF, ON_FAILURE (by itself, with a code other than 0) or ALWAYS (also
   * when empty). Only ALWAYS comes back after its engine or its machine was restarted.
   */
  'autorestart'?: (string);
  /**
   * When one that ended by itself and is not started again is removed, its volumes kept: OFF (also when empty, and the
   * only one beside autorestart ALWAYS), ON_SUCCESS or ALWAYS.
   */
  'autodestroy'?: (string);
  /**
   * Refused by name, until it is offered; so are roles.
   */
  'autoredeploy'?: (boolean);
  'links'?: (_restow_v1_Link)[];
  'roles'?: (string)[];
  /**
   * Names in env whose values are told to no other service.
   */
  'secrets'?: (string)[];
}

/**
 * The whole of a definition; see the field comments of ServiceDefinition in the shared package for meaning and defaults.
 * An absent message and an empty word (strategy, order, on_failure, access) stand for the default; a number for itself.
 */
export interface ServiceDefinition__Output {
  'image': (string);
  'count': (number);
  'tags': (string)[];
  /**
   * EMPTIEST_NODE, HIGH_AVAILABILITY or EVERY_NODE.
   */
  'strategy': (string);
  'ports': (_restow_v1_ServicePort__Output)[];
  'env': ({[key: string]: string});
  'command': (_restow_v1_Words__Output | null);
  'entrypoint': (_restow_v1_Words__Output | null);
  'volumes': (_restow_v1_VolumeMount__Output)[];
  'labels': ({[key: string]: string});
  /**
   * 0: no limit.
   */
  'memoryBytes': (number);
  'healthCheck': (_restow_v1_HealthCheck__Output | null);
  /**
   * Empty: the image's own.
   */
  'stopSignal': (string);
  'stopGraceMs': (number);
  'update': (_restow_v1_UpdatePolicy__Output | null);
  'healthTiming': (_restow_v1_HealthTiming__Output | null);
  'hostPaths': (_restow_v1_HostPathMount__Output)[];
  'volumesFrom': (_restow_v1_VolumesFrom__Output)[];
  'settings': (_restow_v1_ContainerSettings__Output | null);
  /**
   * One slot at a time, in the order of their numbers.
   */
  'sequential': (boolean);
  /**
   * When a container that ended is started again: OFF, ON_FAILURE (by itself, with a code other than 0) or ALWAYS (also
   * when empty). Only ALWAYS comes back after its engine or its machine was restarted.
   */
  'autorestart': (string);
  /**
   * When one that ended by itself and is not started again is removed, its volumes kept: OFF (also when empty, and the
   * only one beside autorestart ALWAYS), ON_SUCCESS or ALWAYS.
   */
  'autodestroy': (string);
  /**
   * Refused by name, until it is offered; so are roles.
   */
  'autoredeploy': (boolean);
  'links': (_restow_v1_Link__Output)[];
  'roles': (string)[];
  /**
   * Names in env whose values are told to no other service.
   */
  'secrets': (string)[];
}
