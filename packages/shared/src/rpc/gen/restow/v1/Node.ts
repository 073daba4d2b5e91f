// Original file: proto/restow/v1/api.proto

import type { EngineFacts as _restow_v1_EngineFacts, EngineFacts__Output as _restow_v1_EngineFacts__Output } from '../../restow/v1/EngineFacts.ts';
import type { NodeFacts as _restow_v1_NodeFacts, NodeFacts__Output as _restow_v1_NodeFacts__Output } from '../../restow/v1/NodeFacts.ts';
import type { Long } from '@grpc/proto-loader';

export interface Node {
  'id'?: (string);
  'name'?: (string);
  'tags'?: (string)[];
  /**
   * active or cordoned.
   */
  'availability'?: (string);
  /**
   * 0 while its session stands.
   */
  'unreachableSince'?: (number | string | Long);
  'underlayAddress'?: (string);
  'publicAddress'?: (string);
  'agentVersion'?: (string);
  'engine'?: (_restow_v1_EngineFacts | null);
  'facts'?: (_restow_v1_NodeFacts | null);
  'foreignContainers'?: (number);
  'createdAt'?: (number | string | Long);
  'lastSeenAt'?: (number | string | Long);
  /**
   * Slots placed here.
   */
  'slots'?: (string)[];
  /**
   * Name in the public zone, with its public address. Empty where the cluster has no zone.
   */
  'publicDns'?: (string);
  /**
   * Why its agent refused to be part of the cluster when it last asked to be; empty when it did not.
   */
  'refused'?: (string);
}

export interface Node__Output {
  'id': (string);
  'name': (string);
  'tags': (string)[];
  /**
   * active or cordoned.
   */
  'availability': (string);
  /**
   * 0 while its session stands.
   */
  'unreachableSince': (number);
  'underlayAddress': (string);
  'publicAddress': (string);
  'agentVersion': (string);
  'engine': (_restow_v1_EngineFacts__Output | null);
  'facts': (_restow_v1_NodeFacts__Output | null);
  'foreignContainers': (number);
  'createdAt': (number);
  'lastSeenAt': (number);
  /**
   * Slots placed here.
   */
  'slots': (string)[];
  /**
   * Name in the public zone, with its public address. Empty where the cluster has no zone.
   */
  'publicDns': (string);
  /**
   * Why its agent refused to be part of the cluster when it last asked to be; empty when it did not.
   */
  'refused': (string);
}
