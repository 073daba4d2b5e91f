// Original file: proto/restow/v1/agent.proto

import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from '../../restow/v1/PinnedImage.ts';
import type { Words as _restow_v1_Words, Words__Output as _restow_v1_Words__Output } from '../../restow/v1/Words.ts';
import type { VolumeUse as _restow_v1_VolumeUse, VolumeUse__Output as _restow_v1_VolumeUse__Output } from '../../restow/v1/VolumeUse.ts';
import type { PublishedPort as _restow_v1_PublishedPort, PublishedPort__Output as _restow_v1_PublishedPort__Output } from '../../restow/v1/PublishedPort.ts';
import type { HealthCheck as _restow_v1_HealthCheck, HealthCheck__Output as _restow_v1_HealthCheck__Output } from '../../restow/v1/HealthCheck.ts';
import type { HealthTiming as _restow_v1_HealthTiming, HealthTiming__Output as _restow_v1_HealthTiming__Output } from '../../restow/v1/HealthTiming.ts';
import type { HostPathUse as _restow_v1_HostPathUse, HostPathUse__Output as _restow_v1_HostPathUse__Output } from '../../restow/v1/HostPathUse.ts';
import type { ExposedPort as _restow_v1_ExposedPort, ExposedPort__Output as _restow_v1_ExposedPort__Output } from '../../restow/v1/ExposedPort.ts';
import type { ContainerSettings as _restow_v1_ContainerSettings, ContainerSettings__Output as _restow_v1_ContainerSettings__Output } from '../../restow/v1/ContainerSettings.ts';
import type { ResolvedLink as _restow_v1_ResolvedLink, ResolvedLink__Output as _restow_v1_ResolvedLink__Output } from '../../restow/v1/ResolvedLink.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Everything needed to make the container of one instance.
 */
export interface InstanceSpec {
  'serviceId'?: (string);
  'serviceName'?: (string);
  'slotId'?: (string);
  'slotIndex'?: (number);
  'instanceId'?: (string);
  'revisionId'?: (string);
  'revisionNumber'?: (number);
  'deploymentId'?: (string);
  'deploymentNumber'?: (number);
  'image'?: (_restow_v1_PinnedImage | null);
  'address'?: (string);
  'env'?: ({[key: string]: string});
  'command'?: (_restow_v1_Words | null);
  'entrypoint'?: (_restow_v1_Words | null);
  'labels'?: ({[key: string]: string});
  /**
   * 0: no limit.
   */
  'memoryBytes'?: (number | string | Long);
  'volumes'?: (_restow_v1_VolumeUse)[];
  'ports'?: (_restow_v1_PublishedPort)[];
  'healthCheck'?: (_restow_v1_HealthCheck | null);
  /**
   * Empty: the image's own.
   */
  'stopSignal'?: (string);
  'stopGraceMs'?: (number);
  'minRunningMs'?: (number);
  'healthDeadlineMs'?: (number);
  /**
   * As in InstanceRef.
   */
  'net'?: (string);
  'healthTiming'?: (_restow_v1_HealthTiming | null);
  'hostPaths'?: (_restow_v1_HostPathUse)[];
  /**
   * Every port the definition names, published or not.
   */
  'exposed'?: (_restow_v1_ExposedPort)[];
  'settings'?: (_restow_v1_ContainerSettings | null);
  'stack'?: (string);
  /**
   * As in InstanceRef.
   */
  'autorestart'?: (string);
  'autodestroy'?: (string);
  /**
   * Services it reaches by an alias, as they were when it was planned.
   */
  'links'?: (_restow_v1_ResolvedLink)[];
}

/**
 * Everything needed to make the container of one instance.
 */
export interface InstanceSpec__Output {
  'serviceId': (string);
  'serviceName': (string);
  'slotId': (string);
  'slotIndex': (number);
  'instanceId': (string);
  'revisionId': (string);
  'revisionNumber': (number);
  'deploymentId': (string);
  'deploymentNumber': (number);
  'image': (_restow_v1_PinnedImage__Output | null);
  'address': (string);
  'env': ({[key: string]: string});
  'command': (_restow_v1_Words__Output | null);
  'entrypoint': (_restow_v1_Words__Output | null);
  'labels': ({[key: string]: string});
  /**
   * 0: no limit.
   */
  'memoryBytes': (number);
  'volumes': (_restow_v1_VolumeUse__Output)[];
  'ports': (_restow_v1_PublishedPort__Output)[];
  'healthCheck': (_restow_v1_HealthCheck__Output | null);
  /**
   * Empty: the image's own.
   */
  'stopSignal': (string);
  'stopGraceMs': (number);
  'minRunningMs': (number);
  'healthDeadlineMs': (number);
  /**
   * As in InstanceRef.
   */
  'net': (string);
  'healthTiming': (_restow_v1_HealthTiming__Output | null);
  'hostPaths': (_restow_v1_HostPathUse__Output)[];
  /**
   * Every port the definition names, published or not.
   */
  'exposed': (_restow_v1_ExposedPort__Output)[];
  'settings': (_restow_v1_ContainerSettings__Output | null);
  'stack': (string);
  /**
   * As in InstanceRef.
   */
  'autorestart': (string);
  'autodestroy': (string);
  /**
   * Services it reaches by an alias, as they were when it was planned.
   */
  'links': (_restow_v1_ResolvedLink__Output)[];
}
