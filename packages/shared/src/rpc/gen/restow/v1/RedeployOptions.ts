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
  /**
   * Of Scale, and of a plan for it: so many slots. Redeploy and StartService refuse it.
   */
  'scaleTo'?: (number);
  /**
   * Only told, of a scale by the coordinator itself: one slot on every node that fits.
   */
  'scaleToNodes'?: (boolean);
  '_scaleTo'?: "scaleTo";
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
  /**
   * Of Scale, and of a plan for it: so many slots. Redeploy and StartService refuse it.
   */
  'scaleTo'?: (number);
  /**
   * Only told, of a scale by the coordinator itself: one slot on every node that fits.
   */
  'scaleToNodes': (boolean);
  '_scaleTo'?: "scaleTo";
}
