// Original file: proto/restow/v1/agent.proto


/**
 * How large these volumes are and who uses them. Touches nothing.
 */
export interface MeasureVolumes {
  'names'?: (string)[];
}

/**
 * How large these volumes are and who uses them. Touches nothing.
 */
export interface MeasureVolumes__Output {
  'names': (string)[];
}
