// Original file: proto/restow/v1/agent.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { FromAgent as _restow_v1_FromAgent, FromAgent__Output as _restow_v1_FromAgent__Output } from '../../restow/v1/FromAgent.ts';
import type { ToAgent as _restow_v1_ToAgent, ToAgent__Output as _restow_v1_ToAgent__Output } from '../../restow/v1/ToAgent.ts';

export interface AgentSessionClient extends grpc.Client {
  /**
   * Stands for as long as the agent lives; has no deadline. Liveness is the heartbeat's: three missed ones and the
   * coordinator counts the node as unreachable, and the agent dials again.
   */
  Attach(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_restow_v1_FromAgent, _restow_v1_ToAgent__Output>;
  Attach(options?: grpc.CallOptions): grpc.ClientDuplexStream<_restow_v1_FromAgent, _restow_v1_ToAgent__Output>;
  /**
   * Stands for as long as the agent lives; has no deadline. Liveness is the heartbeat's: three missed ones and the
   * coordinator counts the node as unreachable, and the agent dials again.
   */
  attach(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_restow_v1_FromAgent, _restow_v1_ToAgent__Output>;
  attach(options?: grpc.CallOptions): grpc.ClientDuplexStream<_restow_v1_FromAgent, _restow_v1_ToAgent__Output>;
  
}

export interface AgentSessionHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Stands for as long as the agent lives; has no deadline. Liveness is the heartbeat's: three missed ones and the
   * coordinator counts the node as unreachable, and the agent dials again.
   */
  Attach: grpc.handleBidiStreamingCall<_restow_v1_FromAgent__Output, _restow_v1_ToAgent>;
  
}

export interface AgentSessionDefinition extends grpc.ServiceDefinition {
  Attach: MethodDefinition<_restow_v1_FromAgent, _restow_v1_ToAgent, _restow_v1_FromAgent__Output, _restow_v1_ToAgent__Output>
}
