// Original file: proto/restow/v1/agent.proto

import type { NodeFacts as _restow_v1_NodeFacts, NodeFacts__Output as _restow_v1_NodeFacts__Output } from '../../restow/v1/NodeFacts.ts';
import type { EngineFacts as _restow_v1_EngineFacts, EngineFacts__Output as _restow_v1_EngineFacts__Output } from '../../restow/v1/EngineFacts.ts';
import type { ObservedInstance as _restow_v1_ObservedInstance, ObservedInstance__Output as _restow_v1_ObservedInstance__Output } from '../../restow/v1/ObservedInstance.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * First message of a session.
 */
export interface Hello {
  /**
   * Both sides must speak the same; otherwise the coordinator ends the stream with FAILED_PRECONDITION and says which
   * versions met.
   */
  'protocolVersion'?: (number);
  'agentVersion'?: (string);
  /**
   * Made by the agent at its first start and kept in its data directory.
   */
  'nodeId'?: (string);
  /**
   * A DNS label. ALREADY_EXISTS when another node has it.
   */
  'nodeName'?: (string);
  /**
   * Empty: the source address of the session.
   */
  'underlayAddress'?: (string);
  'publicAddress'?: (string);
  'facts'?: (_restow_v1_NodeFacts | null);
  'engine'?: (_restow_v1_EngineFacts | null);
  'foreignContainers'?: (number);
  /**
   * Every labelled container on the engine, running or not: the engine is the truth, so this replaces what the
   * coordinator believed of the node.
   */
  'instances'?: (_restow_v1_ObservedInstance)[];
  /**
   * Version of the endpoint table the node works with; 0 for none.
   */
  'endpointsVersion'?: (number | string | Long);
}

/**
 * First message of a session.
 */
export interface Hello__Output {
  /**
   * Both sides must speak the same; otherwise the coordinator ends the stream with FAILED_PRECONDITION and says which
   * versions met.
   */
  'protocolVersion': (number);
  'agentVersion': (string);
  /**
   * Made by the agent at its first start and kept in its data directory.
   */
  'nodeId': (string);
  /**
   * A DNS label. ALREADY_EXISTS when another node has it.
   */
  'nodeName': (string);
  /**
   * Empty: the source address of the session.
   */
  'underlayAddress': (string);
  'publicAddress': (string);
  'facts': (_restow_v1_NodeFacts__Output | null);
  'engine': (_restow_v1_EngineFacts__Output | null);
  'foreignContainers': (number);
  /**
   * Every labelled container on the engine, running or not: the engine is the truth, so this replaces what the
   * coordinator believed of the node.
   */
  'instances': (_restow_v1_ObservedInstance__Output)[];
  /**
   * Version of the endpoint table the node works with; 0 for none.
   */
  'endpointsVersion': (number);
}
