// Original file: proto/restow/v1/agent.proto

import type { EndpointTable as _restow_v1_EndpointTable, EndpointTable__Output as _restow_v1_EndpointTable__Output } from '../../restow/v1/EndpointTable.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * First answer of a session.
 */
export interface Welcome {
  'protocolVersion'?: (number);
  'clusterId'?: (string);
  /**
   * Grows with each coordinator that leads. An agent refuses orders of an older epoch.
   */
  'epoch'?: (number | string | Long);
  'overlaySubnet'?: (string);
  'vxlanId'?: (number);
  'natsUrl'?: (string);
  'natsToken'?: (string);
  'heartbeatMs'?: (number);
  'observedAddress'?: (string);
  'endpoints'?: (_restow_v1_EndpointTable | null);
}

/**
 * First answer of a session.
 */
export interface Welcome__Output {
  'protocolVersion': (number);
  'clusterId': (string);
  /**
   * Grows with each coordinator that leads. An agent refuses orders of an older epoch.
   */
  'epoch': (number);
  'overlaySubnet': (string);
  'vxlanId': (number);
  'natsUrl': (string);
  'natsToken': (string);
  'heartbeatMs': (number);
  'observedAddress': (string);
  'endpoints': (_restow_v1_EndpointTable__Output | null);
}
