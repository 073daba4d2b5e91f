// Original file: proto/restow/v1/api.proto


export interface RedeployOptions {
  /**
   * Fresh volumes; the old ones are detached and stay listed. (proto3's default false is the default: reuse.)
   */
  'notReuseVolumes'?: (boolean);
  /**
   * Empty: the policy's.
   */
  'order'?: (string);
  /**
   * Fail with `busy` (ABORTED) instead of waiting.
   */
  'noQueue'?: (boolean);
}

export interface RedeployOptions__Output {
  /**
   * Fresh volumes; the old ones are detached and stay listed. (proto3's default false is the default: reuse.)
   */
  'notReuseVolumes': (boolean);
  /**
   * Empty: the policy's.
   */
  'order': (string);
  /**
   * Fail with `busy` (ABORTED) instead of waiting.
   */
  'noQueue': (boolean);
}
