// Original file: proto/restow/v1/common.proto


/**
 * Healthy on any answer from 200 to 399.
 */
export interface _restow_v1_HealthCheck_Http {
  'port'?: (number);
  'path'?: (string);
}

/**
 * Healthy on any answer from 200 to 399.
 */
export interface _restow_v1_HealthCheck_Http__Output {
  'port': (number);
  'path': (string);
}

export interface _restow_v1_HealthCheck_Image {
}

export interface _restow_v1_HealthCheck_Image__Output {
}

export interface _restow_v1_HealthCheck_Tcp {
  'port'?: (number);
}

export interface _restow_v1_HealthCheck_Tcp__Output {
  'port': (number);
}

/**
 * How an instance proves that it answers.
 */
export interface HealthCheck {
  /**
   * The image's own HEALTHCHECK when it has one, else running for min_running_ms.
   */
  'image'?: (_restow_v1_HealthCheck_Image | null);
  'tcp'?: (_restow_v1_HealthCheck_Tcp | null);
  'http'?: (_restow_v1_HealthCheck_Http | null);
  'check'?: "image"|"tcp"|"http";
}

/**
 * How an instance proves that it answers.
 */
export interface HealthCheck__Output {
  /**
   * The image's own HEALTHCHECK when it has one, else running for min_running_ms.
   */
  'image'?: (_restow_v1_HealthCheck_Image__Output | null);
  'tcp'?: (_restow_v1_HealthCheck_Tcp__Output | null);
  'http'?: (_restow_v1_HealthCheck_Http__Output | null);
  'check'?: "image"|"tcp"|"http";
}
