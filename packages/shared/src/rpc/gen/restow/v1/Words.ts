// Original file: proto/restow/v1/common.proto


/**
 * A list that may be absent: an absent list means "the image's own", an empty one means empty.
 */
export interface Words {
  'words'?: (string)[];
}

/**
 * A list that may be absent: an absent list means "the image's own", an empty one means empty.
 */
export interface Words__Output {
  'words': (string)[];
}
