// Original file: proto/restow/v1/agent.proto


/**
 * This node cannot be part of the cluster as the welcome has it, and why, in a sentence for a person. The agent hangs up
 * after it; nothing was changed on the node.
 */
export interface NodeRefused {
  'because'?: (string);
}

/**
 * This node cannot be part of the cluster as the welcome has it, and why, in a sentence for a person. The agent hangs up
 * after it; nothing was changed on the node.
 */
export interface NodeRefused__Output {
  'because': (string);
}
