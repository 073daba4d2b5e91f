// Original file: proto/restow/v1/agent.proto


/**
 * Which digest a tag means now, asked of the registry by the engine. An image no registry has but the engine does is
 * answered as local.
 */
export interface ResolveImage {
  'reference'?: (string);
}

/**
 * Which digest a tag means now, asked of the registry by the engine. An image no registry has but the engine does is
 * answered as local.
 */
export interface ResolveImage__Output {
  'reference': (string);
}
