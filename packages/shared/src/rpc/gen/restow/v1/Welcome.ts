// Original file: proto/restow/v1/agent.proto

import type { EndpointTable as _restow_v1_EndpointTable, EndpointTable__Output as _restow_v1_EndpointTable__Output } from '../../restow/v1/EndpointTable.ts';
import type { _restow_v1_Survey_PortRange, _restow_v1_Survey_PortRange__Output } from '../../restow/v1/Survey.ts';
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
  /**
   * What all nodes have in common, beside overlay_subnet and vxlan_id. A node may have another node subnet by its agent's
   * own flag.
   */
  'nodeSubnet'?: (string);
  'vxlanPort'?: (number);
  /**
   * Largest packet on the overlay, bytes.
   */
  'mtu'?: (number);
  /**
   * Ports of the nodes given where a definition names none.
   */
  'dynamicPorts'?: (_restow_v1_Survey_PortRange | null);
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
  /**
   * What all nodes have in common, beside overlay_subnet and vxlan_id. A node may have another node subnet by its agent's
   * own flag.
   */
  'nodeSubnet': (string);
  'vxlanPort': (number);
  /**
   * Largest packet on the overlay, bytes.
   */
  'mtu': (number);
  /**
   * Ports of the nodes given where a definition names none.
   */
  'dynamicPorts': (_restow_v1_Survey_PortRange__Output | null);
}
