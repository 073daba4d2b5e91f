// Original file: proto/restow/v1/api.proto

import type { PublishedPort as _restow_v1_PublishedPort, PublishedPort__Output as _restow_v1_PublishedPort__Output } from '../../restow/v1/PublishedPort.ts';
import type { Words as _restow_v1_Words, Words__Output as _restow_v1_Words__Output } from '../../restow/v1/Words.ts';
import type { VolumeMount as _restow_v1_VolumeMount, VolumeMount__Output as _restow_v1_VolumeMount__Output } from '../../restow/v1/VolumeMount.ts';
import type { HealthCheck as _restow_v1_HealthCheck, HealthCheck__Output as _restow_v1_HealthCheck__Output } from '../../restow/v1/HealthCheck.ts';
import type { UpdatePolicy as _restow_v1_UpdatePolicy, UpdatePolicy__Output as _restow_v1_UpdatePolicy__Output } from '../../restow/v1/UpdatePolicy.ts';
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
  'ports'?: (_restow_v1_PublishedPort)[];
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
  'ports': (_restow_v1_PublishedPort__Output)[];
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
}
