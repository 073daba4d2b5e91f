// Original file: proto/restow/v1/api.proto

import type { Node as _restow_v1_Node, Node__Output as _restow_v1_Node__Output } from '../../restow/v1/Node.ts';

export interface ListNodesReply {
  'nodes'?: (_restow_v1_Node)[];
}

export interface ListNodesReply__Output {
  'nodes': (_restow_v1_Node__Output)[];
}
