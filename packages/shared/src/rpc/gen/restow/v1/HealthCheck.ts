// Original file: proto/restow/v1/common.proto


/**
 * Run in the container by its engine; healthy on exit code 0. Not empty.
 */
export interface _restow_v1_HealthCheck_Command {
  'words'?: (string)[];
}

/**
 * Run in the container by its engine; healthy on exit code 0. Not empty.
 */
export interface _restow_v1_HealthCheck_Command__Output {
  'words': (string)[];
}

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

export interface _restow_v1_HealthCheck_None {
}

export interface _restow_v1_HealthCheck_None__Output {
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
  /**
   * Running for min_running_ms, whatever the image says.
   */
  'none'?: (_restow_v1_HealthCheck_None | null);
  'command'?: (_restow_v1_HealthCheck_Command | null);
  'check'?: "image"|"tcp"|"http"|"none"|"command";
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
  /**
   * Running for min_running_ms, whatever the image says.
   */
  'none'?: (_restow_v1_HealthCheck_None__Output | null);
  'command'?: (_restow_v1_HealthCheck_Command__Output | null);
  'check'?: "image"|"tcp"|"http"|"none"|"command";
}
