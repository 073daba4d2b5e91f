// Original file: proto/restow/v1/agent.proto

import type { Welcome as _restow_v1_Welcome, Welcome__Output as _restow_v1_Welcome__Output } from '../../restow/v1/Welcome.ts';
import type { Order as _restow_v1_Order, Order__Output as _restow_v1_Order__Output } from '../../restow/v1/Order.ts';
import type { CancelOrder as _restow_v1_CancelOrder, CancelOrder__Output as _restow_v1_CancelOrder__Output } from '../../restow/v1/CancelOrder.ts';
import type { EndpointTable as _restow_v1_EndpointTable, EndpointTable__Output as _restow_v1_EndpointTable__Output } from '../../restow/v1/EndpointTable.ts';

export interface ToAgent {
  'welcome'?: (_restow_v1_Welcome | null);
  'order'?: (_restow_v1_Order | null);
  /**
   * Give up an order that still runs. The agent answers its outcome as `cancelled`, or as it ended if it was quicker.
   */
  'cancel'?: (_restow_v1_CancelOrder | null);
  'endpoints'?: (_restow_v1_EndpointTable | null);
  'message'?: "welcome"|"order"|"cancel"|"endpoints";
}

export interface ToAgent__Output {
  'welcome'?: (_restow_v1_Welcome__Output | null);
  'order'?: (_restow_v1_Order__Output | null);
  /**
   * Give up an order that still runs. The agent answers its outcome as `cancelled`, or as it ended if it was quicker.
   */
  'cancel'?: (_restow_v1_CancelOrder__Output | null);
  'endpoints'?: (_restow_v1_EndpointTable__Output | null);
  'message'?: "welcome"|"order"|"cancel"|"endpoints";
}
