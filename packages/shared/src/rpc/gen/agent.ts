import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AgentSessionClient as _restow_v1_AgentSessionClient, AgentSessionDefinition as _restow_v1_AgentSessionDefinition } from './restow/v1/AgentSession.ts';
import type { CancelOrder as _restow_v1_CancelOrder, CancelOrder__Output as _restow_v1_CancelOrder__Output } from './restow/v1/CancelOrder.ts';
import type { Close as _restow_v1_Close, Close__Output as _restow_v1_Close__Output } from './restow/v1/Close.ts';
import type { CloseDone as _restow_v1_CloseDone, CloseDone__Output as _restow_v1_CloseDone__Output } from './restow/v1/CloseDone.ts';
import type { ContainerSettings as _restow_v1_ContainerSettings, ContainerSettings__Output as _restow_v1_ContainerSettings__Output } from './restow/v1/ContainerSettings.ts';
import type { Counterpart as _restow_v1_Counterpart, Counterpart__Output as _restow_v1_Counterpart__Output } from './restow/v1/Counterpart.ts';
import type { Drain as _restow_v1_Drain, Drain__Output as _restow_v1_Drain__Output } from './restow/v1/Drain.ts';
import type { DrainDone as _restow_v1_DrainDone, DrainDone__Output as _restow_v1_DrainDone__Output } from './restow/v1/DrainDone.ts';
import type { Endpoint as _restow_v1_Endpoint, Endpoint__Output as _restow_v1_Endpoint__Output } from './restow/v1/Endpoint.ts';
import type { EndpointTable as _restow_v1_EndpointTable, EndpointTable__Output as _restow_v1_EndpointTable__Output } from './restow/v1/EndpointTable.ts';
import type { EngineFacts as _restow_v1_EngineFacts, EngineFacts__Output as _restow_v1_EngineFacts__Output } from './restow/v1/EngineFacts.ts';
import type { ExposedPort as _restow_v1_ExposedPort, ExposedPort__Output as _restow_v1_ExposedPort__Output } from './restow/v1/ExposedPort.ts';
import type { Flip as _restow_v1_Flip, Flip__Output as _restow_v1_Flip__Output } from './restow/v1/Flip.ts';
import type { FlipDone as _restow_v1_FlipDone, FlipDone__Output as _restow_v1_FlipDone__Output } from './restow/v1/FlipDone.ts';
import type { ForeignVolume as _restow_v1_ForeignVolume, ForeignVolume__Output as _restow_v1_ForeignVolume__Output } from './restow/v1/ForeignVolume.ts';
import type { FromAgent as _restow_v1_FromAgent, FromAgent__Output as _restow_v1_FromAgent__Output } from './restow/v1/FromAgent.ts';
import type { HealthCheck as _restow_v1_HealthCheck, HealthCheck__Output as _restow_v1_HealthCheck__Output } from './restow/v1/HealthCheck.ts';
import type { HealthTiming as _restow_v1_HealthTiming, HealthTiming__Output as _restow_v1_HealthTiming__Output } from './restow/v1/HealthTiming.ts';
import type { Heartbeat as _restow_v1_Heartbeat, Heartbeat__Output as _restow_v1_Heartbeat__Output } from './restow/v1/Heartbeat.ts';
import type { Hello as _restow_v1_Hello, Hello__Output as _restow_v1_Hello__Output } from './restow/v1/Hello.ts';
import type { HostPathUse as _restow_v1_HostPathUse, HostPathUse__Output as _restow_v1_HostPathUse__Output } from './restow/v1/HostPathUse.ts';
import type { InstanceRef as _restow_v1_InstanceRef, InstanceRef__Output as _restow_v1_InstanceRef__Output } from './restow/v1/InstanceRef.ts';
import type { InstanceSpec as _restow_v1_InstanceSpec, InstanceSpec__Output as _restow_v1_InstanceSpec__Output } from './restow/v1/InstanceSpec.ts';
import type { MeasureVolumes as _restow_v1_MeasureVolumes, MeasureVolumes__Output as _restow_v1_MeasureVolumes__Output } from './restow/v1/MeasureVolumes.ts';
import type { MeasureVolumesDone as _restow_v1_MeasureVolumesDone, MeasureVolumesDone__Output as _restow_v1_MeasureVolumesDone__Output } from './restow/v1/MeasureVolumesDone.ts';
import type { MeasuredVolume as _restow_v1_MeasuredVolume, MeasuredVolume__Output as _restow_v1_MeasuredVolume__Output } from './restow/v1/MeasuredVolume.ts';
import type { NodeFacts as _restow_v1_NodeFacts, NodeFacts__Output as _restow_v1_NodeFacts__Output } from './restow/v1/NodeFacts.ts';
import type { NodeRefused as _restow_v1_NodeRefused, NodeRefused__Output as _restow_v1_NodeRefused__Output } from './restow/v1/NodeRefused.ts';
import type { Observation as _restow_v1_Observation, Observation__Output as _restow_v1_Observation__Output } from './restow/v1/Observation.ts';
import type { ObservedInstance as _restow_v1_ObservedInstance, ObservedInstance__Output as _restow_v1_ObservedInstance__Output } from './restow/v1/ObservedInstance.ts';
import type { Open as _restow_v1_Open, Open__Output as _restow_v1_Open__Output } from './restow/v1/Open.ts';
import type { OpenDone as _restow_v1_OpenDone, OpenDone__Output as _restow_v1_OpenDone__Output } from './restow/v1/OpenDone.ts';
import type { Order as _restow_v1_Order, Order__Output as _restow_v1_Order__Output } from './restow/v1/Order.ts';
import type { OrderFailure as _restow_v1_OrderFailure, OrderFailure__Output as _restow_v1_OrderFailure__Output } from './restow/v1/OrderFailure.ts';
import type { OrderOutcome as _restow_v1_OrderOutcome, OrderOutcome__Output as _restow_v1_OrderOutcome__Output } from './restow/v1/OrderOutcome.ts';
import type { OrderProgress as _restow_v1_OrderProgress, OrderProgress__Output as _restow_v1_OrderProgress__Output } from './restow/v1/OrderProgress.ts';
import type { PinnedImage as _restow_v1_PinnedImage, PinnedImage__Output as _restow_v1_PinnedImage__Output } from './restow/v1/PinnedImage.ts';
import type { PortInUse as _restow_v1_PortInUse, PortInUse__Output as _restow_v1_PortInUse__Output } from './restow/v1/PortInUse.ts';
import type { Prepare as _restow_v1_Prepare, Prepare__Output as _restow_v1_Prepare__Output } from './restow/v1/Prepare.ts';
import type { PrepareDone as _restow_v1_PrepareDone, PrepareDone__Output as _restow_v1_PrepareDone__Output } from './restow/v1/PrepareDone.ts';
import type { PublishedPort as _restow_v1_PublishedPort, PublishedPort__Output as _restow_v1_PublishedPort__Output } from './restow/v1/PublishedPort.ts';
import type { PullImage as _restow_v1_PullImage, PullImage__Output as _restow_v1_PullImage__Output } from './restow/v1/PullImage.ts';
import type { PullImageDone as _restow_v1_PullImageDone, PullImageDone__Output as _restow_v1_PullImageDone__Output } from './restow/v1/PullImageDone.ts';
import type { PurgeVolume as _restow_v1_PurgeVolume, PurgeVolume__Output as _restow_v1_PurgeVolume__Output } from './restow/v1/PurgeVolume.ts';
import type { PurgeVolumeDone as _restow_v1_PurgeVolumeDone, PurgeVolumeDone__Output as _restow_v1_PurgeVolumeDone__Output } from './restow/v1/PurgeVolumeDone.ts';
import type { PutAside as _restow_v1_PutAside, PutAside__Output as _restow_v1_PutAside__Output } from './restow/v1/PutAside.ts';
import type { PutAsideDone as _restow_v1_PutAsideDone, PutAsideDone__Output as _restow_v1_PutAsideDone__Output } from './restow/v1/PutAsideDone.ts';
import type { ResolveImage as _restow_v1_ResolveImage, ResolveImage__Output as _restow_v1_ResolveImage__Output } from './restow/v1/ResolveImage.ts';
import type { ResolveImageDone as _restow_v1_ResolveImageDone, ResolveImageDone__Output as _restow_v1_ResolveImageDone__Output } from './restow/v1/ResolveImageDone.ts';
import type { ResolvedLink as _restow_v1_ResolvedLink, ResolvedLink__Output as _restow_v1_ResolvedLink__Output } from './restow/v1/ResolvedLink.ts';
import type { Retire as _restow_v1_Retire, Retire__Output as _restow_v1_Retire__Output } from './restow/v1/Retire.ts';
import type { RetireDone as _restow_v1_RetireDone, RetireDone__Output as _restow_v1_RetireDone__Output } from './restow/v1/RetireDone.ts';
import type { Revive as _restow_v1_Revive, Revive__Output as _restow_v1_Revive__Output } from './restow/v1/Revive.ts';
import type { ReviveDone as _restow_v1_ReviveDone, ReviveDone__Output as _restow_v1_ReviveDone__Output } from './restow/v1/ReviveDone.ts';
import type { Settle as _restow_v1_Settle, Settle__Output as _restow_v1_Settle__Output } from './restow/v1/Settle.ts';
import type { SettleDone as _restow_v1_SettleDone, SettleDone__Output as _restow_v1_SettleDone__Output } from './restow/v1/SettleDone.ts';
import type { Survey as _restow_v1_Survey, Survey__Output as _restow_v1_Survey__Output } from './restow/v1/Survey.ts';
import type { SurveyDone as _restow_v1_SurveyDone, SurveyDone__Output as _restow_v1_SurveyDone__Output } from './restow/v1/SurveyDone.ts';
import type { TableApplied as _restow_v1_TableApplied, TableApplied__Output as _restow_v1_TableApplied__Output } from './restow/v1/TableApplied.ts';
import type { Take as _restow_v1_Take, Take__Output as _restow_v1_Take__Output } from './restow/v1/Take.ts';
import type { TakeDone as _restow_v1_TakeDone, TakeDone__Output as _restow_v1_TakeDone__Output } from './restow/v1/TakeDone.ts';
import type { ToAgent as _restow_v1_ToAgent, ToAgent__Output as _restow_v1_ToAgent__Output } from './restow/v1/ToAgent.ts';
import type { VolumeUse as _restow_v1_VolumeUse, VolumeUse__Output as _restow_v1_VolumeUse__Output } from './restow/v1/VolumeUse.ts';
import type { Welcome as _restow_v1_Welcome, Welcome__Output as _restow_v1_Welcome__Output } from './restow/v1/Welcome.ts';
import type { Words as _restow_v1_Words, Words__Output as _restow_v1_Words__Output } from './restow/v1/Words.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  restow: {
    v1: {
      AgentSession: SubtypeConstructor<typeof grpc.Client, _restow_v1_AgentSessionClient> & { service: _restow_v1_AgentSessionDefinition }
      CancelOrder: MessageTypeDefinition<_restow_v1_CancelOrder, _restow_v1_CancelOrder__Output>
      Close: MessageTypeDefinition<_restow_v1_Close, _restow_v1_Close__Output>
      CloseDone: MessageTypeDefinition<_restow_v1_CloseDone, _restow_v1_CloseDone__Output>
      ContainerSettings: MessageTypeDefinition<_restow_v1_ContainerSettings, _restow_v1_ContainerSettings__Output>
      Counterpart: MessageTypeDefinition<_restow_v1_Counterpart, _restow_v1_Counterpart__Output>
      Drain: MessageTypeDefinition<_restow_v1_Drain, _restow_v1_Drain__Output>
      DrainDone: MessageTypeDefinition<_restow_v1_DrainDone, _restow_v1_DrainDone__Output>
      Endpoint: MessageTypeDefinition<_restow_v1_Endpoint, _restow_v1_Endpoint__Output>
      EndpointTable: MessageTypeDefinition<_restow_v1_EndpointTable, _restow_v1_EndpointTable__Output>
      EngineFacts: MessageTypeDefinition<_restow_v1_EngineFacts, _restow_v1_EngineFacts__Output>
      ExposedPort: MessageTypeDefinition<_restow_v1_ExposedPort, _restow_v1_ExposedPort__Output>
      Flip: MessageTypeDefinition<_restow_v1_Flip, _restow_v1_Flip__Output>
      FlipDone: MessageTypeDefinition<_restow_v1_FlipDone, _restow_v1_FlipDone__Output>
      ForeignVolume: MessageTypeDefinition<_restow_v1_ForeignVolume, _restow_v1_ForeignVolume__Output>
      FromAgent: MessageTypeDefinition<_restow_v1_FromAgent, _restow_v1_FromAgent__Output>
      HealthCheck: MessageTypeDefinition<_restow_v1_HealthCheck, _restow_v1_HealthCheck__Output>
      HealthTiming: MessageTypeDefinition<_restow_v1_HealthTiming, _restow_v1_HealthTiming__Output>
      Heartbeat: MessageTypeDefinition<_restow_v1_Heartbeat, _restow_v1_Heartbeat__Output>
      Hello: MessageTypeDefinition<_restow_v1_Hello, _restow_v1_Hello__Output>
      HostPathUse: MessageTypeDefinition<_restow_v1_HostPathUse, _restow_v1_HostPathUse__Output>
      InstanceRef: MessageTypeDefinition<_restow_v1_InstanceRef, _restow_v1_InstanceRef__Output>
      InstanceSpec: MessageTypeDefinition<_restow_v1_InstanceSpec, _restow_v1_InstanceSpec__Output>
      MeasureVolumes: MessageTypeDefinition<_restow_v1_MeasureVolumes, _restow_v1_MeasureVolumes__Output>
      MeasureVolumesDone: MessageTypeDefinition<_restow_v1_MeasureVolumesDone, _restow_v1_MeasureVolumesDone__Output>
      MeasuredVolume: MessageTypeDefinition<_restow_v1_MeasuredVolume, _restow_v1_MeasuredVolume__Output>
      NodeFacts: MessageTypeDefinition<_restow_v1_NodeFacts, _restow_v1_NodeFacts__Output>
      NodeRefused: MessageTypeDefinition<_restow_v1_NodeRefused, _restow_v1_NodeRefused__Output>
      Observation: MessageTypeDefinition<_restow_v1_Observation, _restow_v1_Observation__Output>
      ObservedInstance: MessageTypeDefinition<_restow_v1_ObservedInstance, _restow_v1_ObservedInstance__Output>
      Open: MessageTypeDefinition<_restow_v1_Open, _restow_v1_Open__Output>
      OpenDone: MessageTypeDefinition<_restow_v1_OpenDone, _restow_v1_OpenDone__Output>
      Order: MessageTypeDefinition<_restow_v1_Order, _restow_v1_Order__Output>
      OrderFailure: MessageTypeDefinition<_restow_v1_OrderFailure, _restow_v1_OrderFailure__Output>
      OrderOutcome: MessageTypeDefinition<_restow_v1_OrderOutcome, _restow_v1_OrderOutcome__Output>
      OrderProgress: MessageTypeDefinition<_restow_v1_OrderProgress, _restow_v1_OrderProgress__Output>
      PinnedImage: MessageTypeDefinition<_restow_v1_PinnedImage, _restow_v1_PinnedImage__Output>
      PortInUse: MessageTypeDefinition<_restow_v1_PortInUse, _restow_v1_PortInUse__Output>
      Prepare: MessageTypeDefinition<_restow_v1_Prepare, _restow_v1_Prepare__Output>
      PrepareDone: MessageTypeDefinition<_restow_v1_PrepareDone, _restow_v1_PrepareDone__Output>
      PublishedPort: MessageTypeDefinition<_restow_v1_PublishedPort, _restow_v1_PublishedPort__Output>
      PullImage: MessageTypeDefinition<_restow_v1_PullImage, _restow_v1_PullImage__Output>
      PullImageDone: MessageTypeDefinition<_restow_v1_PullImageDone, _restow_v1_PullImageDone__Output>
      PurgeVolume: MessageTypeDefinition<_restow_v1_PurgeVolume, _restow_v1_PurgeVolume__Output>
      PurgeVolumeDone: MessageTypeDefinition<_restow_v1_PurgeVolumeDone, _restow_v1_PurgeVolumeDone__Output>
      PutAside: MessageTypeDefinition<_restow_v1_PutAside, _restow_v1_PutAside__Output>
      PutAsideDone: MessageTypeDefinition<_restow_v1_PutAsideDone, _restow_v1_PutAsideDone__Output>
      ResolveImage: MessageTypeDefinition<_restow_v1_ResolveImage, _restow_v1_ResolveImage__Output>
      ResolveImageDone: MessageTypeDefinition<_restow_v1_ResolveImageDone, _restow_v1_ResolveImageDone__Output>
      ResolvedLink: MessageTypeDefinition<_restow_v1_ResolvedLink, _restow_v1_ResolvedLink__Output>
      Retire: MessageTypeDefinition<_restow_v1_Retire, _restow_v1_Retire__Output>
      RetireDone: MessageTypeDefinition<_restow_v1_RetireDone, _restow_v1_RetireDone__Output>
      Revive: MessageTypeDefinition<_restow_v1_Revive, _restow_v1_Revive__Output>
      ReviveDone: MessageTypeDefinition<_restow_v1_ReviveDone, _restow_v1_ReviveDone__Output>
      Settle: MessageTypeDefinition<_restow_v1_Settle, _restow_v1_Settle__Output>
      SettleDone: MessageTypeDefinition<_restow_v1_SettleDone, _restow_v1_SettleDone__Output>
      Survey: MessageTypeDefinition<_restow_v1_Survey, _restow_v1_Survey__Output>
      SurveyDone: MessageTypeDefinition<_restow_v1_SurveyDone, _restow_v1_SurveyDone__Output>
      TableApplied: MessageTypeDefinition<_restow_v1_TableApplied, _restow_v1_TableApplied__Output>
      Take: MessageTypeDefinition<_restow_v1_Take, _restow_v1_Take__Output>
      TakeDone: MessageTypeDefinition<_restow_v1_TakeDone, _restow_v1_TakeDone__Output>
      ToAgent: MessageTypeDefinition<_restow_v1_ToAgent, _restow_v1_ToAgent__Output>
      VolumeUse: MessageTypeDefinition<_restow_v1_VolumeUse, _restow_v1_VolumeUse__Output>
      Welcome: MessageTypeDefinition<_restow_v1_Welcome, _restow_v1_Welcome__Output>
      Words: MessageTypeDefinition<_restow_v1_Words, _restow_v1_Words__Output>
    }
  }
}

