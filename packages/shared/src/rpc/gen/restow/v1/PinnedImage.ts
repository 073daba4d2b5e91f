// Original file: proto/restow/v1/common.proto


export interface _restow_v1_PinnedImage_Digest {
  'repository'?: (string);
  'digest'?: (string);
}

export interface _restow_v1_PinnedImage_Digest__Output {
  'repository': (string);
  'digest': (string);
}

export interface _restow_v1_PinnedImage_Local {
  'imageId'?: (string);
  'nodeId'?: (string);
}

export interface _restow_v1_PinnedImage_Local__Output {
  'imageId': (string);
  'nodeId': (string);
}

/**
 * An image reference that can no longer mean two things.
 */
export interface PinnedImage {
  /**
   * As the person wrote it, such as registry:5000/team/app:v1.
   */
  'reference'?: (string);
  /**
   * Every node pulls repository@digest.
   */
  'digest'?: (_restow_v1_PinnedImage_Digest | null);
  /**
   * No registry has it: it exists on one node, and runs only there.
   */
  'local'?: (_restow_v1_PinnedImage_Local | null);
  'pin'?: "digest"|"local";
}

/**
 * An image reference that can no longer mean two things.
 */
export interface PinnedImage__Output {
  /**
   * As the person wrote it, such as registry:5000/team/app:v1.
   */
  'reference': (string);
  /**
   * Every node pulls repository@digest.
   */
  'digest'?: (_restow_v1_PinnedImage_Digest__Output | null);
  /**
   * No registry has it: it exists on one node, and runs only there.
   */
  'local'?: (_restow_v1_PinnedImage_Local__Output | null);
  'pin'?: "digest"|"local";
}
