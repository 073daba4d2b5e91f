// Original file: proto/restow/v1/api.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ChangeTagsRequest as _restow_v1_ChangeTagsRequest, ChangeTagsRequest__Output as _restow_v1_ChangeTagsRequest__Output } from '../../restow/v1/ChangeTagsRequest.ts';
import type { CreateServiceRequest as _restow_v1_CreateServiceRequest, CreateServiceRequest__Output as _restow_v1_CreateServiceRequest__Output } from '../../restow/v1/CreateServiceRequest.ts';
import type { Deployment as _restow_v1_Deployment, Deployment__Output as _restow_v1_Deployment__Output } from '../../restow/v1/Deployment.ts';
import type { DeploymentEvent as _restow_v1_DeploymentEvent, DeploymentEvent__Output as _restow_v1_DeploymentEvent__Output } from '../../restow/v1/DeploymentEvent.ts';
import type { DeploymentLogEntry as _restow_v1_DeploymentLogEntry, DeploymentLogEntry__Output as _restow_v1_DeploymentLogEntry__Output } from '../../restow/v1/DeploymentLogEntry.ts';
import type { DeploymentLogsRequest as _restow_v1_DeploymentLogsRequest, DeploymentLogsRequest__Output as _restow_v1_DeploymentLogsRequest__Output } from '../../restow/v1/DeploymentLogsRequest.ts';
import type { GetDeploymentRequest as _restow_v1_GetDeploymentRequest, GetDeploymentRequest__Output as _restow_v1_GetDeploymentRequest__Output } from '../../restow/v1/GetDeploymentRequest.ts';
import type { GetNodeRequest as _restow_v1_GetNodeRequest, GetNodeRequest__Output as _restow_v1_GetNodeRequest__Output } from '../../restow/v1/GetNodeRequest.ts';
import type { GetServerRequest as _restow_v1_GetServerRequest, GetServerRequest__Output as _restow_v1_GetServerRequest__Output } from '../../restow/v1/GetServerRequest.ts';
import type { GetServiceRequest as _restow_v1_GetServiceRequest, GetServiceRequest__Output as _restow_v1_GetServiceRequest__Output } from '../../restow/v1/GetServiceRequest.ts';
import type { GetVolumeRequest as _restow_v1_GetVolumeRequest, GetVolumeRequest__Output as _restow_v1_GetVolumeRequest__Output } from '../../restow/v1/GetVolumeRequest.ts';
import type { ListDeploymentsReply as _restow_v1_ListDeploymentsReply, ListDeploymentsReply__Output as _restow_v1_ListDeploymentsReply__Output } from '../../restow/v1/ListDeploymentsReply.ts';
import type { ListDeploymentsRequest as _restow_v1_ListDeploymentsRequest, ListDeploymentsRequest__Output as _restow_v1_ListDeploymentsRequest__Output } from '../../restow/v1/ListDeploymentsRequest.ts';
import type { ListNodesReply as _restow_v1_ListNodesReply, ListNodesReply__Output as _restow_v1_ListNodesReply__Output } from '../../restow/v1/ListNodesReply.ts';
import type { ListNodesRequest as _restow_v1_ListNodesRequest, ListNodesRequest__Output as _restow_v1_ListNodesRequest__Output } from '../../restow/v1/ListNodesRequest.ts';
import type { ListServicesReply as _restow_v1_ListServicesReply, ListServicesReply__Output as _restow_v1_ListServicesReply__Output } from '../../restow/v1/ListServicesReply.ts';
import type { ListServicesRequest as _restow_v1_ListServicesRequest, ListServicesRequest__Output as _restow_v1_ListServicesRequest__Output } from '../../restow/v1/ListServicesRequest.ts';
import type { ListVolumesReply as _restow_v1_ListVolumesReply, ListVolumesReply__Output as _restow_v1_ListVolumesReply__Output } from '../../restow/v1/ListVolumesReply.ts';
import type { ListVolumesRequest as _restow_v1_ListVolumesRequest, ListVolumesRequest__Output as _restow_v1_ListVolumesRequest__Output } from '../../restow/v1/ListVolumesRequest.ts';
import type { LogLine as _restow_v1_LogLine, LogLine__Output as _restow_v1_LogLine__Output } from '../../restow/v1/LogLine.ts';
import type { Node as _restow_v1_Node, Node__Output as _restow_v1_Node__Output } from '../../restow/v1/Node.ts';
import type { PlanReply as _restow_v1_PlanReply, PlanReply__Output as _restow_v1_PlanReply__Output } from '../../restow/v1/PlanReply.ts';
import type { PlanServiceRequest as _restow_v1_PlanServiceRequest, PlanServiceRequest__Output as _restow_v1_PlanServiceRequest__Output } from '../../restow/v1/PlanServiceRequest.ts';
import type { PurgeVolumeRequest as _restow_v1_PurgeVolumeRequest, PurgeVolumeRequest__Output as _restow_v1_PurgeVolumeRequest__Output } from '../../restow/v1/PurgeVolumeRequest.ts';
import type { RedeployRequest as _restow_v1_RedeployRequest, RedeployRequest__Output as _restow_v1_RedeployRequest__Output } from '../../restow/v1/RedeployRequest.ts';
import type { RemoveServiceRequest as _restow_v1_RemoveServiceRequest, RemoveServiceRequest__Output as _restow_v1_RemoveServiceRequest__Output } from '../../restow/v1/RemoveServiceRequest.ts';
import type { Server as _restow_v1_Server, Server__Output as _restow_v1_Server__Output } from '../../restow/v1/Server.ts';
import type { ServiceLogsRequest as _restow_v1_ServiceLogsRequest, ServiceLogsRequest__Output as _restow_v1_ServiceLogsRequest__Output } from '../../restow/v1/ServiceLogsRequest.ts';
import type { ServiceView as _restow_v1_ServiceView, ServiceView__Output as _restow_v1_ServiceView__Output } from '../../restow/v1/ServiceView.ts';
import type { SetNodeAvailabilityRequest as _restow_v1_SetNodeAvailabilityRequest, SetNodeAvailabilityRequest__Output as _restow_v1_SetNodeAvailabilityRequest__Output } from '../../restow/v1/SetNodeAvailabilityRequest.ts';
import type { Tags as _restow_v1_Tags, Tags__Output as _restow_v1_Tags__Output } from '../../restow/v1/Tags.ts';
import type { UpdateServiceRequest as _restow_v1_UpdateServiceRequest, UpdateServiceRequest__Output as _restow_v1_UpdateServiceRequest__Output } from '../../restow/v1/UpdateServiceRequest.ts';
import type { Volume as _restow_v1_Volume, Volume__Output as _restow_v1_Volume__Output } from '../../restow/v1/Volume.ts';

export interface RestowClient extends grpc.Client {
  /**
   * Tags of a node, or deploy tags of a service; looked up as service first, then as node.
   */
  ChangeTags(argument: _restow_v1_ChangeTagsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Tags__Output>): grpc.ClientUnaryCall;
  ChangeTags(argument: _restow_v1_ChangeTagsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Tags__Output>): grpc.ClientUnaryCall;
  ChangeTags(argument: _restow_v1_ChangeTagsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Tags__Output>): grpc.ClientUnaryCall;
  ChangeTags(argument: _restow_v1_ChangeTagsRequest, callback: grpc.requestCallback<_restow_v1_Tags__Output>): grpc.ClientUnaryCall;
  /**
   * Tags of a node, or deploy tags of a service; looked up as service first, then as node.
   */
  changeTags(argument: _restow_v1_ChangeTagsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Tags__Output>): grpc.ClientUnaryCall;
  changeTags(argument: _restow_v1_ChangeTagsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Tags__Output>): grpc.ClientUnaryCall;
  changeTags(argument: _restow_v1_ChangeTagsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Tags__Output>): grpc.ClientUnaryCall;
  changeTags(argument: _restow_v1_ChangeTagsRequest, callback: grpc.requestCallback<_restow_v1_Tags__Output>): grpc.ClientUnaryCall;
  
  /**
   * Defines a service; nothing runs yet. INVALID_ARGUMENT lists all that is wrong at once.
   */
  CreateService(argument: _restow_v1_CreateServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  CreateService(argument: _restow_v1_CreateServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  CreateService(argument: _restow_v1_CreateServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  CreateService(argument: _restow_v1_CreateServiceRequest, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  /**
   * Defines a service; nothing runs yet. INVALID_ARGUMENT lists all that is wrong at once.
   */
  createService(argument: _restow_v1_CreateServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  createService(argument: _restow_v1_CreateServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  createService(argument: _restow_v1_CreateServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  createService(argument: _restow_v1_CreateServiceRequest, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  
  /**
   * Steps and container output of one deployment together, by time; also after its containers are gone.
   */
  DeploymentLogs(argument: _restow_v1_DeploymentLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentLogEntry__Output>;
  DeploymentLogs(argument: _restow_v1_DeploymentLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentLogEntry__Output>;
  /**
   * Steps and container output of one deployment together, by time; also after its containers are gone.
   */
  deploymentLogs(argument: _restow_v1_DeploymentLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentLogEntry__Output>;
  deploymentLogs(argument: _restow_v1_DeploymentLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentLogEntry__Output>;
  
  /**
   * By number or uuid, with its steps and plan.
   */
  GetDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Deployment__Output>): grpc.ClientUnaryCall;
  GetDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Deployment__Output>): grpc.ClientUnaryCall;
  GetDeployment(argument: _restow_v1_GetDeploymentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Deployment__Output>): grpc.ClientUnaryCall;
  GetDeployment(argument: _restow_v1_GetDeploymentRequest, callback: grpc.requestCallback<_restow_v1_Deployment__Output>): grpc.ClientUnaryCall;
  /**
   * By number or uuid, with its steps and plan.
   */
  getDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Deployment__Output>): grpc.ClientUnaryCall;
  getDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Deployment__Output>): grpc.ClientUnaryCall;
  getDeployment(argument: _restow_v1_GetDeploymentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Deployment__Output>): grpc.ClientUnaryCall;
  getDeployment(argument: _restow_v1_GetDeploymentRequest, callback: grpc.requestCallback<_restow_v1_Deployment__Output>): grpc.ClientUnaryCall;
  
  GetNode(argument: _restow_v1_GetNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _restow_v1_GetNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _restow_v1_GetNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _restow_v1_GetNodeRequest, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  getNode(argument: _restow_v1_GetNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  getNode(argument: _restow_v1_GetNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  getNode(argument: _restow_v1_GetNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  getNode(argument: _restow_v1_GetNodeRequest, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  
  /**
   * Who answers, and of which cluster.
   */
  GetServer(argument: _restow_v1_GetServerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Server__Output>): grpc.ClientUnaryCall;
  GetServer(argument: _restow_v1_GetServerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Server__Output>): grpc.ClientUnaryCall;
  GetServer(argument: _restow_v1_GetServerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Server__Output>): grpc.ClientUnaryCall;
  GetServer(argument: _restow_v1_GetServerRequest, callback: grpc.requestCallback<_restow_v1_Server__Output>): grpc.ClientUnaryCall;
  /**
   * Who answers, and of which cluster.
   */
  getServer(argument: _restow_v1_GetServerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Server__Output>): grpc.ClientUnaryCall;
  getServer(argument: _restow_v1_GetServerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Server__Output>): grpc.ClientUnaryCall;
  getServer(argument: _restow_v1_GetServerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Server__Output>): grpc.ClientUnaryCall;
  getServer(argument: _restow_v1_GetServerRequest, callback: grpc.requestCallback<_restow_v1_Server__Output>): grpc.ClientUnaryCall;
  
  GetService(argument: _restow_v1_GetServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  GetService(argument: _restow_v1_GetServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  GetService(argument: _restow_v1_GetServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  GetService(argument: _restow_v1_GetServiceRequest, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  getService(argument: _restow_v1_GetServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  getService(argument: _restow_v1_GetServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  getService(argument: _restow_v1_GetServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  getService(argument: _restow_v1_GetServiceRequest, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  
  /**
   * By name, or by id where several nodes have one of that name; measured.
   */
  GetVolume(argument: _restow_v1_GetVolumeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  GetVolume(argument: _restow_v1_GetVolumeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  GetVolume(argument: _restow_v1_GetVolumeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  GetVolume(argument: _restow_v1_GetVolumeRequest, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  /**
   * By name, or by id where several nodes have one of that name; measured.
   */
  getVolume(argument: _restow_v1_GetVolumeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  getVolume(argument: _restow_v1_GetVolumeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  getVolume(argument: _restow_v1_GetVolumeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  getVolume(argument: _restow_v1_GetVolumeRequest, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  
  /**
   * Newest first.
   */
  ListDeployments(argument: _restow_v1_ListDeploymentsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListDeploymentsReply__Output>): grpc.ClientUnaryCall;
  ListDeployments(argument: _restow_v1_ListDeploymentsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ListDeploymentsReply__Output>): grpc.ClientUnaryCall;
  ListDeployments(argument: _restow_v1_ListDeploymentsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListDeploymentsReply__Output>): grpc.ClientUnaryCall;
  ListDeployments(argument: _restow_v1_ListDeploymentsRequest, callback: grpc.requestCallback<_restow_v1_ListDeploymentsReply__Output>): grpc.ClientUnaryCall;
  /**
   * Newest first.
   */
  listDeployments(argument: _restow_v1_ListDeploymentsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListDeploymentsReply__Output>): grpc.ClientUnaryCall;
  listDeployments(argument: _restow_v1_ListDeploymentsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ListDeploymentsReply__Output>): grpc.ClientUnaryCall;
  listDeployments(argument: _restow_v1_ListDeploymentsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListDeploymentsReply__Output>): grpc.ClientUnaryCall;
  listDeployments(argument: _restow_v1_ListDeploymentsRequest, callback: grpc.requestCallback<_restow_v1_ListDeploymentsReply__Output>): grpc.ClientUnaryCall;
  
  ListNodes(argument: _restow_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListNodesReply__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _restow_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ListNodesReply__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _restow_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListNodesReply__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _restow_v1_ListNodesRequest, callback: grpc.requestCallback<_restow_v1_ListNodesReply__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _restow_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListNodesReply__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _restow_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ListNodesReply__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _restow_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListNodesReply__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _restow_v1_ListNodesRequest, callback: grpc.requestCallback<_restow_v1_ListNodesReply__Output>): grpc.ClientUnaryCall;
  
  ListServices(argument: _restow_v1_ListServicesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListServicesReply__Output>): grpc.ClientUnaryCall;
  ListServices(argument: _restow_v1_ListServicesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ListServicesReply__Output>): grpc.ClientUnaryCall;
  ListServices(argument: _restow_v1_ListServicesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListServicesReply__Output>): grpc.ClientUnaryCall;
  ListServices(argument: _restow_v1_ListServicesRequest, callback: grpc.requestCallback<_restow_v1_ListServicesReply__Output>): grpc.ClientUnaryCall;
  listServices(argument: _restow_v1_ListServicesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListServicesReply__Output>): grpc.ClientUnaryCall;
  listServices(argument: _restow_v1_ListServicesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ListServicesReply__Output>): grpc.ClientUnaryCall;
  listServices(argument: _restow_v1_ListServicesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListServicesReply__Output>): grpc.ClientUnaryCall;
  listServices(argument: _restow_v1_ListServicesRequest, callback: grpc.requestCallback<_restow_v1_ListServicesReply__Output>): grpc.ClientUnaryCall;
  
  /**
   * By name, then node. With `measure` every node is asked for sizes and users.
   */
  ListVolumes(argument: _restow_v1_ListVolumesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListVolumesReply__Output>): grpc.ClientUnaryCall;
  ListVolumes(argument: _restow_v1_ListVolumesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ListVolumesReply__Output>): grpc.ClientUnaryCall;
  ListVolumes(argument: _restow_v1_ListVolumesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListVolumesReply__Output>): grpc.ClientUnaryCall;
  ListVolumes(argument: _restow_v1_ListVolumesRequest, callback: grpc.requestCallback<_restow_v1_ListVolumesReply__Output>): grpc.ClientUnaryCall;
  /**
   * By name, then node. With `measure` every node is asked for sizes and users.
   */
  listVolumes(argument: _restow_v1_ListVolumesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListVolumesReply__Output>): grpc.ClientUnaryCall;
  listVolumes(argument: _restow_v1_ListVolumesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ListVolumesReply__Output>): grpc.ClientUnaryCall;
  listVolumes(argument: _restow_v1_ListVolumesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ListVolumesReply__Output>): grpc.ClientUnaryCall;
  listVolumes(argument: _restow_v1_ListVolumesRequest, callback: grpc.requestCallback<_restow_v1_ListVolumesReply__Output>): grpc.ClientUnaryCall;
  
  /**
   * What a redeploy would do, or every reason why it cannot. Touches nothing, pulls nothing.
   * With `definition` it plans that one instead of the stored one, also for a name that no service has yet, such as
   * `db.common` in the stack `common`; `db` is then the service of no stack.
   */
  PlanService(argument: _restow_v1_PlanServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  PlanService(argument: _restow_v1_PlanServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  PlanService(argument: _restow_v1_PlanServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  PlanService(argument: _restow_v1_PlanServiceRequest, callback: grpc.requestCallback<_restow_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  /**
   * What a redeploy would do, or every reason why it cannot. Touches nothing, pulls nothing.
   * With `definition` it plans that one instead of the stored one, also for a name that no service has yet, such as
   * `db.common` in the stack `common`; `db` is then the service of no stack.
   */
  planService(argument: _restow_v1_PlanServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  planService(argument: _restow_v1_PlanServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  planService(argument: _restow_v1_PlanServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  planService(argument: _restow_v1_PlanServiceRequest, callback: grpc.requestCallback<_restow_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  
  /**
   * Deletes a detached volume and all its data. INVALID_ARGUMENT unless `confirm` repeats its name to the letter;
   * FAILED_PRECONDITION while it is attached or any container mounts it.
   */
  PurgeVolume(argument: _restow_v1_PurgeVolumeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  PurgeVolume(argument: _restow_v1_PurgeVolumeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  PurgeVolume(argument: _restow_v1_PurgeVolumeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  PurgeVolume(argument: _restow_v1_PurgeVolumeRequest, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  /**
   * Deletes a detached volume and all its data. INVALID_ARGUMENT unless `confirm` repeats its name to the letter;
   * FAILED_PRECONDITION while it is attached or any container mounts it.
   */
  purgeVolume(argument: _restow_v1_PurgeVolumeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  purgeVolume(argument: _restow_v1_PurgeVolumeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  purgeVolume(argument: _restow_v1_PurgeVolumeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  purgeVolume(argument: _restow_v1_PurgeVolumeRequest, callback: grpc.requestCallback<_restow_v1_Volume__Output>): grpc.ClientUnaryCall;
  
  /**
   * Replaces the containers by the newest definition. The stream follows the deployment to its end; hanging up stops
   * nothing. Asked again while one is queued, it joins that one.
   */
  Redeploy(argument: _restow_v1_RedeployRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  Redeploy(argument: _restow_v1_RedeployRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  /**
   * Replaces the containers by the newest definition. The stream follows the deployment to its end; hanging up stops
   * nothing. Asked again while one is queued, it joins that one.
   */
  redeploy(argument: _restow_v1_RedeployRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  redeploy(argument: _restow_v1_RedeployRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  
  /**
   * Stops and removes all containers of the service and forgets it. Its volumes are detached and stay.
   */
  RemoveService(argument: _restow_v1_RemoveServiceRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  RemoveService(argument: _restow_v1_RemoveServiceRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  /**
   * Stops and removes all containers of the service and forgets it. Its volumes are detached and stay.
   */
  removeService(argument: _restow_v1_RemoveServiceRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  removeService(argument: _restow_v1_RemoveServiceRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  
  /**
   * A paused deployment goes on: slots that failed are tried again, the rest follow. FAILED_PRECONDITION when it is not
   * paused. The stream follows it as Redeploy does.
   */
  ResumeDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  ResumeDeployment(argument: _restow_v1_GetDeploymentRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  /**
   * A paused deployment goes on: slots that failed are tried again, the rest follow. FAILED_PRECONDITION when it is not
   * paused. The stream follows it as Redeploy does.
   */
  resumeDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  resumeDeployment(argument: _restow_v1_GetDeploymentRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  
  /**
   * A paused deployment goes back: every slot it swapped returns to its old instance. FAILED_PRECONDITION when it is not
   * paused.
   */
  RollbackDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  RollbackDeployment(argument: _restow_v1_GetDeploymentRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  /**
   * A paused deployment goes back: every slot it swapped returns to its old instance. FAILED_PRECONDITION when it is not
   * paused.
   */
  rollbackDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  rollbackDeployment(argument: _restow_v1_GetDeploymentRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  
  /**
   * So many slots, while it runs (`options.scale_to`): new ones are made, the highest numbers end gracefully, all others are
   * left alone. The definition's count is that from then on. FAILED_PRECONDITION for a service that was never started, and
   * for EVERY_NODE. The stream follows it as Redeploy does.
   */
  Scale(argument: _restow_v1_RedeployRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  Scale(argument: _restow_v1_RedeployRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  /**
   * So many slots, while it runs (`options.scale_to`): new ones are made, the highest numbers end gracefully, all others are
   * left alone. The definition's count is that from then on. FAILED_PRECONDITION for a service that was never started, and
   * for EVERY_NODE. The stream follows it as Redeploy does.
   */
  scale(argument: _restow_v1_RedeployRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  scale(argument: _restow_v1_RedeployRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  
  /**
   * Container output of a service's slots, by time, from NATS.
   */
  ServiceLogs(argument: _restow_v1_ServiceLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_LogLine__Output>;
  ServiceLogs(argument: _restow_v1_ServiceLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_LogLine__Output>;
  /**
   * Container output of a service's slots, by time, from NATS.
   */
  serviceLogs(argument: _restow_v1_ServiceLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_LogLine__Output>;
  serviceLogs(argument: _restow_v1_ServiceLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_LogLine__Output>;
  
  SetNodeAvailability(argument: _restow_v1_SetNodeAvailabilityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  SetNodeAvailability(argument: _restow_v1_SetNodeAvailabilityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  SetNodeAvailability(argument: _restow_v1_SetNodeAvailabilityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  SetNodeAvailability(argument: _restow_v1_SetNodeAvailabilityRequest, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  setNodeAvailability(argument: _restow_v1_SetNodeAvailabilityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  setNodeAvailability(argument: _restow_v1_SetNodeAvailabilityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  setNodeAvailability(argument: _restow_v1_SetNodeAvailabilityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  setNodeAvailability(argument: _restow_v1_SetNodeAvailabilityRequest, callback: grpc.requestCallback<_restow_v1_Node__Output>): grpc.ClientUnaryCall;
  
  /**
   * First deployment of a service that does not run; FAILED_PRECONDITION when it does.
   */
  StartService(argument: _restow_v1_RedeployRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  StartService(argument: _restow_v1_RedeployRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  /**
   * First deployment of a service that does not run; FAILED_PRECONDITION when it does.
   */
  startService(argument: _restow_v1_RedeployRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  startService(argument: _restow_v1_RedeployRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  
  /**
   * Replaces the definition; what runs stays as it is until the next redeploy. FAILED_PRECONDITION when `if_version`
   * is given and the definition changed meanwhile.
   */
  UpdateService(argument: _restow_v1_UpdateServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  UpdateService(argument: _restow_v1_UpdateServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  UpdateService(argument: _restow_v1_UpdateServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  UpdateService(argument: _restow_v1_UpdateServiceRequest, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  /**
   * Replaces the definition; what runs stays as it is until the next redeploy. FAILED_PRECONDITION when `if_version`
   * is given and the definition changed meanwhile.
   */
  updateService(argument: _restow_v1_UpdateServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  updateService(argument: _restow_v1_UpdateServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  updateService(argument: _restow_v1_UpdateServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  updateService(argument: _restow_v1_UpdateServiceRequest, callback: grpc.requestCallback<_restow_v1_ServiceView__Output>): grpc.ClientUnaryCall;
  
  /**
   * All that happened so far, then what happens, until the end, or until it is paused.
   */
  WatchDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  WatchDeployment(argument: _restow_v1_GetDeploymentRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  /**
   * All that happened so far, then what happens, until the end, or until it is paused.
   */
  watchDeployment(argument: _restow_v1_GetDeploymentRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  watchDeployment(argument: _restow_v1_GetDeploymentRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_restow_v1_DeploymentEvent__Output>;
  
}

export interface RestowHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Tags of a node, or deploy tags of a service; looked up as service first, then as node.
   */
  ChangeTags: grpc.handleUnaryCall<_restow_v1_ChangeTagsRequest__Output, _restow_v1_Tags>;
  
  /**
   * Defines a service; nothing runs yet. INVALID_ARGUMENT lists all that is wrong at once.
   */
  CreateService: grpc.handleUnaryCall<_restow_v1_CreateServiceRequest__Output, _restow_v1_ServiceView>;
  
  /**
   * Steps and container output of one deployment together, by time; also after its containers are gone.
   */
  DeploymentLogs: grpc.handleServerStreamingCall<_restow_v1_DeploymentLogsRequest__Output, _restow_v1_DeploymentLogEntry>;
  
  /**
   * By number or uuid, with its steps and plan.
   */
  GetDeployment: grpc.handleUnaryCall<_restow_v1_GetDeploymentRequest__Output, _restow_v1_Deployment>;
  
  GetNode: grpc.handleUnaryCall<_restow_v1_GetNodeRequest__Output, _restow_v1_Node>;
  
  /**
   * Who answers, and of which cluster.
   */
  GetServer: grpc.handleUnaryCall<_restow_v1_GetServerRequest__Output, _restow_v1_Server>;
  
  GetService: grpc.handleUnaryCall<_restow_v1_GetServiceRequest__Output, _restow_v1_ServiceView>;
  
  /**
   * By name, or by id where several nodes have one of that name; measured.
   */
  GetVolume: grpc.handleUnaryCall<_restow_v1_GetVolumeRequest__Output, _restow_v1_Volume>;
  
  /**
   * Newest first.
   */
  ListDeployments: grpc.handleUnaryCall<_restow_v1_ListDeploymentsRequest__Output, _restow_v1_ListDeploymentsReply>;
  
  ListNodes: grpc.handleUnaryCall<_restow_v1_ListNodesRequest__Output, _restow_v1_ListNodesReply>;
  
  ListServices: grpc.handleUnaryCall<_restow_v1_ListServicesRequest__Output, _restow_v1_ListServicesReply>;
  
  /**
   * By name, then node. With `measure` every node is asked for sizes and users.
   */
  ListVolumes: grpc.handleUnaryCall<_restow_v1_ListVolumesRequest__Output, _restow_v1_ListVolumesReply>;
  
  /**
   * What a redeploy would do, or every reason why it cannot. Touches nothing, pulls nothing.
   * With `definition` it plans that one instead of the stored one, also for a name that no service has yet, such as
   * `db.common` in the stack `common`; `db` is then the service of no stack.
   */
  PlanService: grpc.handleUnaryCall<_restow_v1_PlanServiceRequest__Output, _restow_v1_PlanReply>;
  
  /**
   * Deletes a detached volume and all its data. INVALID_ARGUMENT unless `confirm` repeats its name to the letter;
   * FAILED_PRECONDITION while it is attached or any container mounts it.
   */
  PurgeVolume: grpc.handleUnaryCall<_restow_v1_PurgeVolumeRequest__Output, _restow_v1_Volume>;
  
  /**
   * Replaces the containers by the newest definition. The stream follows the deployment to its end; hanging up stops
   * nothing. Asked again while one is queued, it joins that one.
   */
  Redeploy: grpc.handleServerStreamingCall<_restow_v1_RedeployRequest__Output, _restow_v1_DeploymentEvent>;
  
  /**
   * Stops and removes all containers of the service and forgets it. Its volumes are detached and stay.
   */
  RemoveService: grpc.handleServerStreamingCall<_restow_v1_RemoveServiceRequest__Output, _restow_v1_DeploymentEvent>;
  
  /**
   * A paused deployment goes on: slots that failed are tried again, the rest follow. FAILED_PRECONDITION when it is not
   * paused. The stream follows it as Redeploy does.
   */
  ResumeDeployment: grpc.handleServerStreamingCall<_restow_v1_GetDeploymentRequest__Output, _restow_v1_DeploymentEvent>;
  
  /**
   * A paused deployment goes back: every slot it swapped returns to its old instance. FAILED_PRECONDITION when it is not
   * paused.
   */
  RollbackDeployment: grpc.handleServerStreamingCall<_restow_v1_GetDeploymentRequest__Output, _restow_v1_DeploymentEvent>;
  
  /**
   * So many slots, while it runs (`options.scale_to`): new ones are made, the highest numbers end gracefully, all others are
   * left alone. The definition's count is that from then on. FAILED_PRECONDITION for a service that was never started, and
   * for EVERY_NODE. The stream follows it as Redeploy does.
   */
  Scale: grpc.handleServerStreamingCall<_restow_v1_RedeployRequest__Output, _restow_v1_DeploymentEvent>;
  
  /**
   * Container output of a service's slots, by time, from NATS.
   */
  ServiceLogs: grpc.handleServerStreamingCall<_restow_v1_ServiceLogsRequest__Output, _restow_v1_LogLine>;
  
  SetNodeAvailability: grpc.handleUnaryCall<_restow_v1_SetNodeAvailabilityRequest__Output, _restow_v1_Node>;
  
  /**
   * First deployment of a service that does not run; FAILED_PRECONDITION when it does.
   */
  StartService: grpc.handleServerStreamingCall<_restow_v1_RedeployRequest__Output, _restow_v1_DeploymentEvent>;
  
  /**
   * Replaces the definition; what runs stays as it is until the next redeploy. FAILED_PRECONDITION when `if_version`
   * is given and the definition changed meanwhile.
   */
  UpdateService: grpc.handleUnaryCall<_restow_v1_UpdateServiceRequest__Output, _restow_v1_ServiceView>;
  
  /**
   * All that happened so far, then what happens, until the end, or until it is paused.
   */
  WatchDeployment: grpc.handleServerStreamingCall<_restow_v1_GetDeploymentRequest__Output, _restow_v1_DeploymentEvent>;
  
}

export interface RestowDefinition extends grpc.ServiceDefinition {
  ChangeTags: MethodDefinition<_restow_v1_ChangeTagsRequest, _restow_v1_Tags, _restow_v1_ChangeTagsRequest__Output, _restow_v1_Tags__Output>
  CreateService: MethodDefinition<_restow_v1_CreateServiceRequest, _restow_v1_ServiceView, _restow_v1_CreateServiceRequest__Output, _restow_v1_ServiceView__Output>
  DeploymentLogs: MethodDefinition<_restow_v1_DeploymentLogsRequest, _restow_v1_DeploymentLogEntry, _restow_v1_DeploymentLogsRequest__Output, _restow_v1_DeploymentLogEntry__Output>
  GetDeployment: MethodDefinition<_restow_v1_GetDeploymentRequest, _restow_v1_Deployment, _restow_v1_GetDeploymentRequest__Output, _restow_v1_Deployment__Output>
  GetNode: MethodDefinition<_restow_v1_GetNodeRequest, _restow_v1_Node, _restow_v1_GetNodeRequest__Output, _restow_v1_Node__Output>
  GetServer: MethodDefinition<_restow_v1_GetServerRequest, _restow_v1_Server, _restow_v1_GetServerRequest__Output, _restow_v1_Server__Output>
  GetService: MethodDefinition<_restow_v1_GetServiceRequest, _restow_v1_ServiceView, _restow_v1_GetServiceRequest__Output, _restow_v1_ServiceView__Output>
  GetVolume: MethodDefinition<_restow_v1_GetVolumeRequest, _restow_v1_Volume, _restow_v1_GetVolumeRequest__Output, _restow_v1_Volume__Output>
  ListDeployments: MethodDefinition<_restow_v1_ListDeploymentsRequest, _restow_v1_ListDeploymentsReply, _restow_v1_ListDeploymentsRequest__Output, _restow_v1_ListDeploymentsReply__Output>
  ListNodes: MethodDefinition<_restow_v1_ListNodesRequest, _restow_v1_ListNodesReply, _restow_v1_ListNodesRequest__Output, _restow_v1_ListNodesReply__Output>
  ListServices: MethodDefinition<_restow_v1_ListServicesRequest, _restow_v1_ListServicesReply, _restow_v1_ListServicesRequest__Output, _restow_v1_ListServicesReply__Output>
  ListVolumes: MethodDefinition<_restow_v1_ListVolumesRequest, _restow_v1_ListVolumesReply, _restow_v1_ListVolumesRequest__Output, _restow_v1_ListVolumesReply__Output>
  PlanService: MethodDefinition<_restow_v1_PlanServiceRequest, _restow_v1_PlanReply, _restow_v1_PlanServiceRequest__Output, _restow_v1_PlanReply__Output>
  PurgeVolume: MethodDefinition<_restow_v1_PurgeVolumeRequest, _restow_v1_Volume, _restow_v1_PurgeVolumeRequest__Output, _restow_v1_Volume__Output>
  Redeploy: MethodDefinition<_restow_v1_RedeployRequest, _restow_v1_DeploymentEvent, _restow_v1_RedeployRequest__Output, _restow_v1_DeploymentEvent__Output>
  RemoveService: MethodDefinition<_restow_v1_RemoveServiceRequest, _restow_v1_DeploymentEvent, _restow_v1_RemoveServiceRequest__Output, _restow_v1_DeploymentEvent__Output>
  ResumeDeployment: MethodDefinition<_restow_v1_GetDeploymentRequest, _restow_v1_DeploymentEvent, _restow_v1_GetDeploymentRequest__Output, _restow_v1_DeploymentEvent__Output>
  RollbackDeployment: MethodDefinition<_restow_v1_GetDeploymentRequest, _restow_v1_DeploymentEvent, _restow_v1_GetDeploymentRequest__Output, _restow_v1_DeploymentEvent__Output>
  Scale: MethodDefinition<_restow_v1_RedeployRequest, _restow_v1_DeploymentEvent, _restow_v1_RedeployRequest__Output, _restow_v1_DeploymentEvent__Output>
  ServiceLogs: MethodDefinition<_restow_v1_ServiceLogsRequest, _restow_v1_LogLine, _restow_v1_ServiceLogsRequest__Output, _restow_v1_LogLine__Output>
  SetNodeAvailability: MethodDefinition<_restow_v1_SetNodeAvailabilityRequest, _restow_v1_Node, _restow_v1_SetNodeAvailabilityRequest__Output, _restow_v1_Node__Output>
  StartService: MethodDefinition<_restow_v1_RedeployRequest, _restow_v1_DeploymentEvent, _restow_v1_RedeployRequest__Output, _restow_v1_DeploymentEvent__Output>
  UpdateService: MethodDefinition<_restow_v1_UpdateServiceRequest, _restow_v1_ServiceView, _restow_v1_UpdateServiceRequest__Output, _restow_v1_ServiceView__Output>
  WatchDeployment: MethodDefinition<_restow_v1_GetDeploymentRequest, _restow_v1_DeploymentEvent, _restow_v1_GetDeploymentRequest__Output, _restow_v1_DeploymentEvent__Output>
}
