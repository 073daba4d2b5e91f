import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ChangeTagsRequest as _restow_v1_ChangeTagsRequest, ChangeTagsRequest__Output as _restow_v1_ChangeTagsRequest__Output } from './restow/v1/ChangeTagsRequest.ts';
import type { ContainerSettings as _restow_v1_ContainerSettings, ContainerSettings__Output as _restow_v1_ContainerSettings__Output } from './restow/v1/ContainerSettings.ts';
import type { CreateServiceRequest as _restow_v1_CreateServiceRequest, CreateServiceRequest__Output as _restow_v1_CreateServiceRequest__Output } from './restow/v1/CreateServiceRequest.ts';
import type { Deployment as _restow_v1_Deployment, Deployment__Output as _restow_v1_Deployment__Output } from './restow/v1/Deployment.ts';
import type { DeploymentEvent as _restow_v1_DeploymentEvent, DeploymentEvent__Output as _restow_v1_DeploymentEvent__Output } from './restow/v1/DeploymentEvent.ts';
import type { DeploymentLogEntry as _restow_v1_DeploymentLogEntry, DeploymentLogEntry__Output as _restow_v1_DeploymentLogEntry__Output } from './restow/v1/DeploymentLogEntry.ts';
import type { DeploymentLogsRequest as _restow_v1_DeploymentLogsRequest, DeploymentLogsRequest__Output as _restow_v1_DeploymentLogsRequest__Output } from './restow/v1/DeploymentLogsRequest.ts';
import type { DeploymentStep as _restow_v1_DeploymentStep, DeploymentStep__Output as _restow_v1_DeploymentStep__Output } from './restow/v1/DeploymentStep.ts';
import type { EngineFacts as _restow_v1_EngineFacts, EngineFacts__Output as _restow_v1_EngineFacts__Output } from './restow/v1/EngineFacts.ts';
import type { GetDeploymentRequest as _restow_v1_GetDeploymentRequest, GetDeploymentRequest__Output as _restow_v1_GetDeploymentRequest__Output } from './restow/v1/GetDeploymentRequest.ts';
import type { GetNodeRequest as _restow_v1_GetNodeRequest, GetNodeRequest__Output as _restow_v1_GetNodeRequest__Output } from './restow/v1/GetNodeRequest.ts';
import type { GetServerRequest as _restow_v1_GetServerRequest, GetServerRequest__Output as _restow_v1_GetServerRequest__Output } from './restow/v1/GetServerRequest.ts';
import type { GetServiceRequest as _restow_v1_GetServiceRequest, GetServiceRequest__Output as _restow_v1_GetServiceRequest__Output } from './restow/v1/GetServiceRequest.ts';
import type { GetVolumeRequest as _restow_v1_GetVolumeRequest, GetVolumeRequest__Output as _restow_v1_GetVolumeRequest__Output } from './restow/v1/GetVolumeRequest.ts';
import type { HealthCheck as _restow_v1_HealthCheck, HealthCheck__Output as _restow_v1_HealthCheck__Output } from './restow/v1/HealthCheck.ts';
import type { HealthTiming as _restow_v1_HealthTiming, HealthTiming__Output as _restow_v1_HealthTiming__Output } from './restow/v1/HealthTiming.ts';
import type { HostPathMount as _restow_v1_HostPathMount, HostPathMount__Output as _restow_v1_HostPathMount__Output } from './restow/v1/HostPathMount.ts';
import type { Link as _restow_v1_Link, Link__Output as _restow_v1_Link__Output } from './restow/v1/Link.ts';
import type { ListDeploymentsReply as _restow_v1_ListDeploymentsReply, ListDeploymentsReply__Output as _restow_v1_ListDeploymentsReply__Output } from './restow/v1/ListDeploymentsReply.ts';
import type { ListDeploymentsRequest as _restow_v1_ListDeploymentsRequest, ListDeploymentsRequest__Output as _restow_v1_ListDeploymentsRequest__Output } from './restow/v1/ListDeploymentsRequest.ts';
import type { ListNodesReply as _restow_v1_ListNodesReply, ListNodesReply__Output as _restow_v1_ListNodesReply__Output } from './restow/v1/ListNodesReply.ts';
import type { ListNodesRequest as _restow_v1_ListNodesRequest, ListNodesRequest__Output as _restow_v1_ListNodesRequest__Output } from './restow/v1/ListNodesRequest.ts';
import type { ListServicesReply as _restow_v1_ListServicesReply, ListServicesReply__Output as _restow_v1_ListServicesReply__Output } from './restow/v1/ListServicesReply.ts';
import type { ListServicesRequest as _restow_v1_ListServicesRequest, ListServicesRequest__Output as _restow_v1_ListServicesRequest__Output } from './restow/v1/ListServicesRequest.ts';
import type { ListVolumesReply as _restow_v1_ListVolumesReply, ListVolumesReply__Output as _restow_v1_ListVolumesReply__Output } from './restow/v1/ListVolumesReply.ts';
import type { ListVolumesRequest as _restow_v1_ListVolumesRequest, ListVolumesRequest__Output as _restow_v1_ListVolumesRequest__Output } from './restow/v1/ListVolumesRequest.ts';
import type { LogLine as _restow_v1_LogLine, LogLine__Output as _restow_v1_LogLine__Output } from './restow/v1/LogLine.ts';
import type { Node as _restow_v1_Node, Node__Output as _restow_v1_Node__Output } from './restow/v1/Node.ts';
import type { NodeFacts as _restow_v1_NodeFacts, NodeFacts__Output as _restow_v1_NodeFacts__Output } from './restow/v1/NodeFacts.ts';
import type { NodeVerdict as _restow_v1_NodeVerdict, NodeVerdict__Output as _restow_v1_NodeVerdict__Output } from './restow/v1/NodeVerdict.ts';
import type { ObservedInstance as _restow_v1_ObservedInstance, ObservedInstance__Output as _restow_v1_ObservedInstance__Output } from './restow/v1/ObservedInstance.ts';
import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from './restow/v1/PinnedImage.ts';
import type { Plan as _restow_v1_Plan, Plan__Output as _restow_v1_Plan__Output } from './restow/v1/Plan.ts';
import type { PlanRefusal as _restow_v1_PlanRefusal, PlanRefusal__Output as _restow_v1_PlanRefusal__Output } from './restow/v1/PlanRefusal.ts';
import type { PlanReply as _restow_v1_PlanReply, PlanReply__Output as _restow_v1_PlanReply__Output } from './restow/v1/PlanReply.ts';
import type { PlanServiceRequest as _restow_v1_PlanServiceRequest, PlanServiceRequest__Output as _restow_v1_PlanServiceRequest__Output } from './restow/v1/PlanServiceRequest.ts';
import type { PlannedSwap as _restow_v1_PlannedSwap, PlannedSwap__Output as _restow_v1_PlannedSwap__Output } from './restow/v1/PlannedSwap.ts';
import type { PortInUse as _restow_v1_PortInUse, PortInUse__Output as _restow_v1_PortInUse__Output } from './restow/v1/PortInUse.ts';
import type { PublishedPort as _restow_v1_PublishedPort, PublishedPort__Output as _restow_v1_PublishedPort__Output } from './restow/v1/PublishedPort.ts';
import type { PurgeVolumeRequest as _restow_v1_PurgeVolumeRequest, PurgeVolumeRequest__Output as _restow_v1_PurgeVolumeRequest__Output } from './restow/v1/PurgeVolumeRequest.ts';
import type { Reason as _restow_v1_Reason, Reason__Output as _restow_v1_Reason__Output } from './restow/v1/Reason.ts';
import type { RedeployOptions as _restow_v1_RedeployOptions, RedeployOptions__Output as _restow_v1_RedeployOptions__Output } from './restow/v1/RedeployOptions.ts';
import type { RedeployRequest as _restow_v1_RedeployRequest, RedeployRequest__Output as _restow_v1_RedeployRequest__Output } from './restow/v1/RedeployRequest.ts';
import type { RemoveServiceRequest as _restow_v1_RemoveServiceRequest, RemoveServiceRequest__Output as _restow_v1_RemoveServiceRequest__Output } from './restow/v1/RemoveServiceRequest.ts';
import type { RestowClient as _restow_v1_RestowClient, RestowDefinition as _restow_v1_RestowDefinition } from './restow/v1/Restow.ts';
import type { Server as _restow_v1_Server, Server__Output as _restow_v1_Server__Output } from './restow/v1/Server.ts';
import type { ServiceDefinition as _restow_v1_ServiceDefinition, ServiceDefinition__Output as _restow_v1_ServiceDefinition__Output } from './restow/v1/ServiceDefinition.ts';
import type { ServiceLogsRequest as _restow_v1_ServiceLogsRequest, ServiceLogsRequest__Output as _restow_v1_ServiceLogsRequest__Output } from './restow/v1/ServiceLogsRequest.ts';
import type { ServicePort as _restow_v1_ServicePort, ServicePort__Output as _restow_v1_ServicePort__Output } from './restow/v1/ServicePort.ts';
import type { ServiceView as _restow_v1_ServiceView, ServiceView__Output as _restow_v1_ServiceView__Output } from './restow/v1/ServiceView.ts';
import type { SetNodeAvailabilityRequest as _restow_v1_SetNodeAvailabilityRequest, SetNodeAvailabilityRequest__Output as _restow_v1_SetNodeAvailabilityRequest__Output } from './restow/v1/SetNodeAvailabilityRequest.ts';
import type { SlotPlacement as _restow_v1_SlotPlacement, SlotPlacement__Output as _restow_v1_SlotPlacement__Output } from './restow/v1/SlotPlacement.ts';
import type { SlotPort as _restow_v1_SlotPort, SlotPort__Output as _restow_v1_SlotPort__Output } from './restow/v1/SlotPort.ts';
import type { SlotView as _restow_v1_SlotView, SlotView__Output as _restow_v1_SlotView__Output } from './restow/v1/SlotView.ts';
import type { Tags as _restow_v1_Tags, Tags__Output as _restow_v1_Tags__Output } from './restow/v1/Tags.ts';
import type { Unplaceable as _restow_v1_Unplaceable, Unplaceable__Output as _restow_v1_Unplaceable__Output } from './restow/v1/Unplaceable.ts';
import type { UpdatePolicy as _restow_v1_UpdatePolicy, UpdatePolicy__Output as _restow_v1_UpdatePolicy__Output } from './restow/v1/UpdatePolicy.ts';
import type { UpdateServiceRequest as _restow_v1_UpdateServiceRequest, UpdateServiceRequest__Output as _restow_v1_UpdateServiceRequest__Output } from './restow/v1/UpdateServiceRequest.ts';
import type { Volume as _restow_v1_Volume, Volume__Output as _restow_v1_Volume__Output } from './restow/v1/Volume.ts';
import type { VolumeMount as _restow_v1_VolumeMount, VolumeMount__Output as _restow_v1_VolumeMount__Output } from './restow/v1/VolumeMount.ts';
import type { VolumesFrom as _restow_v1_VolumesFrom, VolumesFrom__Output as _restow_v1_VolumesFrom__Output } from './restow/v1/VolumesFrom.ts';
import type { Words as _restow_v1_Words, Words__Output as _restow_v1_Words__Output } from './restow/v1/Words.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  restow: {
    v1: {
      ChangeTagsRequest: MessageTypeDefinition<_restow_v1_ChangeTagsRequest, _restow_v1_ChangeTagsRequest__Output>
      ContainerSettings: MessageTypeDefinition<_restow_v1_ContainerSettings, _restow_v1_ContainerSettings__Output>
      CreateServiceRequest: MessageTypeDefinition<_restow_v1_CreateServiceRequest, _restow_v1_CreateServiceRequest__Output>
      Deployment: MessageTypeDefinition<_restow_v1_Deployment, _restow_v1_Deployment__Output>
      DeploymentEvent: MessageTypeDefinition<_restow_v1_DeploymentEvent, _restow_v1_DeploymentEvent__Output>
      DeploymentLogEntry: MessageTypeDefinition<_restow_v1_DeploymentLogEntry, _restow_v1_DeploymentLogEntry__Output>
      DeploymentLogsRequest: MessageTypeDefinition<_restow_v1_DeploymentLogsRequest, _restow_v1_DeploymentLogsRequest__Output>
      DeploymentStep: MessageTypeDefinition<_restow_v1_DeploymentStep, _restow_v1_DeploymentStep__Output>
      EngineFacts: MessageTypeDefinition<_restow_v1_EngineFacts, _restow_v1_EngineFacts__Output>
      GetDeploymentRequest: MessageTypeDefinition<_restow_v1_GetDeploymentRequest, _restow_v1_GetDeploymentRequest__Output>
      GetNodeRequest: MessageTypeDefinition<_restow_v1_GetNodeRequest, _restow_v1_GetNodeRequest__Output>
      GetServerRequest: MessageTypeDefinition<_restow_v1_GetServerRequest, _restow_v1_GetServerRequest__Output>
      GetServiceRequest: MessageTypeDefinition<_restow_v1_GetServiceRequest, _restow_v1_GetServiceRequest__Output>
      GetVolumeRequest: MessageTypeDefinition<_restow_v1_GetVolumeRequest, _restow_v1_GetVolumeRequest__Output>
      HealthCheck: MessageTypeDefinition<_restow_v1_HealthCheck, _restow_v1_HealthCheck__Output>
      HealthTiming: MessageTypeDefinition<_restow_v1_HealthTiming, _restow_v1_HealthTiming__Output>
      HostPathMount: MessageTypeDefinition<_restow_v1_HostPathMount, _restow_v1_HostPathMount__Output>
      Link: MessageTypeDefinition<_restow_v1_Link, _restow_v1_Link__Output>
      ListDeploymentsReply: MessageTypeDefinition<_restow_v1_ListDeploymentsReply, _restow_v1_ListDeploymentsReply__Output>
      ListDeploymentsRequest: MessageTypeDefinition<_restow_v1_ListDeploymentsRequest, _restow_v1_ListDeploymentsRequest__Output>
      ListNodesReply: MessageTypeDefinition<_restow_v1_ListNodesReply, _restow_v1_ListNodesReply__Output>
      ListNodesRequest: MessageTypeDefinition<_restow_v1_ListNodesRequest, _restow_v1_ListNodesRequest__Output>
      ListServicesReply: MessageTypeDefinition<_restow_v1_ListServicesReply, _restow_v1_ListServicesReply__Output>
      ListServicesRequest: MessageTypeDefinition<_restow_v1_ListServicesRequest, _restow_v1_ListServicesRequest__Output>
      ListVolumesReply: MessageTypeDefinition<_restow_v1_ListVolumesReply, _restow_v1_ListVolumesReply__Output>
      ListVolumesRequest: MessageTypeDefinition<_restow_v1_ListVolumesRequest, _restow_v1_ListVolumesRequest__Output>
      LogLine: MessageTypeDefinition<_restow_v1_LogLine, _restow_v1_LogLine__Output>
      Node: MessageTypeDefinition<_restow_v1_Node, _restow_v1_Node__Output>
      NodeFacts: MessageTypeDefinition<_restow_v1_NodeFacts, _restow_v1_NodeFacts__Output>
      NodeVerdict: MessageTypeDefinition<_restow_v1_NodeVerdict, _restow_v1_NodeVerdict__Output>
      ObservedInstance: MessageTypeDefinition<_restow_v1_ObservedInstance, _restow_v1_ObservedInstance__Output>
      PinnedImage: MessageTypeDefinition<_restow_v1_PinnedImage, _restow_v1_PinnedImage__Output>
      Plan: MessageTypeDefinition<_restow_v1_Plan, _restow_v1_Plan__Output>
      PlanRefusal: MessageTypeDefinition<_restow_v1_PlanRefusal, _restow_v1_PlanRefusal__Output>
      PlanReply: MessageTypeDefinition<_restow_v1_PlanReply, _restow_v1_PlanReply__Output>
      PlanServiceRequest: MessageTypeDefinition<_restow_v1_PlanServiceRequest, _restow_v1_PlanServiceRequest__Output>
      PlannedSwap: MessageTypeDefinition<_restow_v1_PlannedSwap, _restow_v1_PlannedSwap__Output>
      PortInUse: MessageTypeDefinition<_restow_v1_PortInUse, _restow_v1_PortInUse__Output>
      PublishedPort: MessageTypeDefinition<_restow_v1_PublishedPort, _restow_v1_PublishedPort__Output>
      PurgeVolumeRequest: MessageTypeDefinition<_restow_v1_PurgeVolumeRequest, _restow_v1_PurgeVolumeRequest__Output>
      Reason: MessageTypeDefinition<_restow_v1_Reason, _restow_v1_Reason__Output>
      RedeployOptions: MessageTypeDefinition<_restow_v1_RedeployOptions, _restow_v1_RedeployOptions__Output>
      RedeployRequest: MessageTypeDefinition<_restow_v1_RedeployRequest, _restow_v1_RedeployRequest__Output>
      RemoveServiceRequest: MessageTypeDefinition<_restow_v1_RemoveServiceRequest, _restow_v1_RemoveServiceRequest__Output>
      Restow: SubtypeConstructor<typeof grpc.Client, _restow_v1_RestowClient> & { service: _restow_v1_RestowDefinition }
      Server: MessageTypeDefinition<_restow_v1_Server, _restow_v1_Server__Output>
      ServiceDefinition: MessageTypeDefinition<_restow_v1_ServiceDefinition, _restow_v1_ServiceDefinition__Output>
      ServiceLogsRequest: MessageTypeDefinition<_restow_v1_ServiceLogsRequest, _restow_v1_ServiceLogsRequest__Output>
      ServicePort: MessageTypeDefinition<_restow_v1_ServicePort, _restow_v1_ServicePort__Output>
      ServiceView: MessageTypeDefinition<_restow_v1_ServiceView, _restow_v1_ServiceView__Output>
      SetNodeAvailabilityRequest: MessageTypeDefinition<_restow_v1_SetNodeAvailabilityRequest, _restow_v1_SetNodeAvailabilityRequest__Output>
      SlotPlacement: MessageTypeDefinition<_restow_v1_SlotPlacement, _restow_v1_SlotPlacement__Output>
      SlotPort: MessageTypeDefinition<_restow_v1_SlotPort, _restow_v1_SlotPort__Output>
      SlotView: MessageTypeDefinition<_restow_v1_SlotView, _restow_v1_SlotView__Output>
      Tags: MessageTypeDefinition<_restow_v1_Tags, _restow_v1_Tags__Output>
      Unplaceable: MessageTypeDefinition<_restow_v1_Unplaceable, _restow_v1_Unplaceable__Output>
      UpdatePolicy: MessageTypeDefinition<_restow_v1_UpdatePolicy, _restow_v1_UpdatePolicy__Output>
      UpdateServiceRequest: MessageTypeDefinition<_restow_v1_UpdateServiceRequest, _restow_v1_UpdateServiceRequest__Output>
      Volume: MessageTypeDefinition<_restow_v1_Volume, _restow_v1_Volume__Output>
      VolumeMount: MessageTypeDefinition<_restow_v1_VolumeMount, _restow_v1_VolumeMount__Output>
      VolumesFrom: MessageTypeDefinition<_restow_v1_VolumesFrom, _restow_v1_VolumesFrom__Output>
      Words: MessageTypeDefinition<_restow_v1_Words, _restow_v1_Words__Output>
    }
  }
}

