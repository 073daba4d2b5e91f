// Original file: proto/restow/v1/agent.proto

import type { NodeFacts as _restow_v1_NodeFacts, NodeFacts__Output as _restow_v1_NodeFacts__Output } from '../../restow/v1/NodeFacts.ts';

export interface Heartbeat {
  'facts'?: (_restow_v1_NodeFacts | null);
  'foreignContainers'?: (number);
}

export interface Heartbeat__Output {
  'facts': (_restow_v1_NodeFacts__Output | null);
  'foreignContainers': (number);
}
