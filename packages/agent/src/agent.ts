import { systemClock } from '@restow/shared/base/clock';
import { NatsLink } from '@restow/shared/bus/nats-link';
import { defaultClusterNetwork } from '@restow/shared/domain/cluster-network';
import type { Logger } from 'pino';
import type { AgentConfig } from './config.ts';
import { logFiles } from './engine/container-options.ts';
import { DockerEngine } from './engine/docker-engine.ts';
import { holdEngine } from './engine-lock.ts';
import { readFacts } from './facts.ts';
import { networkProbe } from './health/health-probe.ts';
import { HealthWatch } from './health/health-watch.ts';
import { NatsLogShipper } from './logs/nats-log-shipper.ts';
import { NameFeed } from './names/name-feed.ts';
import { namesDir } from './names/name-files.ts';
import { KernelNetwork } from './network/kernel-network.ts';
import { Netlink } from './network/netlink.ts';
import { readOwnNetwork } from './network/read-own-network.ts';
import { type NodeMemory, openNodeMemory } from './node-memory.ts';
import { Endings } from './restart/endings.ts';
import { OtherNodeSubnet } from './session/join-cluster.ts';
import { keepAttached } from './session/keep-attached.ts';
import { HandoverRepair } from './swap/handover-repair.ts';
import { NodeAddresses } from './swap/node-address.ts';
import { OrderRunner } from './swap/order-runner.ts';
import { PublishedPorts } from './swap/published-ports.ts';
import { Retirements } from './swap/retirements.ts';
import { agentVersion } from './version.ts';

/**
 * One agent, put together and run until the signal is aborted; containers run on after it. `onReady` is called once,
 * when the node is in working order. Throws, with a sentence for a person, what must be changed before it can run:
 * settings, an engine that is not there or has an agent already, or a refusal of the coordinator.
 */
export const runAgent = async (
  config: AgentConfig,
  {
    log,
    signal,
    onReady,
  }: { log: Logger; signal: AbortSignal; onReady: (node: { nodeId: string; name: string }) => void },
): Promise<void> => {
  const memory = await openNodeMemory(config.dataDir, log);
  const engine = new DockerEngine({ socketPath: config.dockerSocket, nodeId: memory.nodeId });
  const letGo = await holdEngine((await engine.facts()).id);
  try {
    let clusterSubnet = memory.network?.nodeSubnet ?? defaultClusterNetwork.nodeSubnet;
    for (;;)
      try {
        const nodeSubnet = config.nodeSubnet ?? clusterSubnet;
        const isOwn = config.nodeSubnet !== null;
        return await runOn(engine, memory, { ...config, nodeSubnet }, isOwn, { log, signal, onReady });
      } catch (error) {
        // Nothing was changed on the node yet: it is put together again with what it was just told.
        if (!(error instanceof OtherNodeSubnet)) throw error;
        clusterSubnet = error.message;
      }
  } finally {
    await letGo();
  }
};

const runOn = async (
  engine: DockerEngine,
  memory: NodeMemory,
  { nodeName, nodeSubnet, dataDir, ...config }: AgentConfig & { nodeSubnet: string },
  nodeSubnetIsOwn: boolean,
  { log, signal, onReady }: Parameters<typeof runAgent>[1],
): Promise<void> => {
  const { nodeId } = memory;
  const clock = systemClock;
  const network = new KernelNetwork({ warn: (message) => log.warn(message) });
  const link = new NatsLink({ name: `restow-agent ${nodeName}`, log });
  const spoolBytes = (logFiles.count - 1) * logFiles.mebibytes * 1024 ** 2;
  const shipper = new NatsLogShipper({ engine, link, nodeId, nodeName, spoolBytes, log });
  const retirements = new Retirements({ engine, logs: shipper, clock }, (message, cause) =>
    log.warn({ err: cause }, message),
  );
  const ports = new PublishedPorts({ engine, network });
  const health = new HealthWatch({ probe: networkProbe, clock, log });
  const runner = new OrderRunner({
    ...{ engine, network, logs: shipper, clock, nodeId, retirements, ports, health },
    settings: {
      nodeSubnet,
      // The cluster's, as every welcome brings it; there are no orders before one.
      get overlaySubnet() {
        return memory.network!.overlaySubnet;
      },
      get mtu() {
        return memory.network!.mtu;
      },
    },
    probe: networkProbe,
    addresses: new NodeAddresses({ engine, network, nodeSubnet }),
  });
  const handovers = new HandoverRepair({
    ...{ engine, network },
    livesHere: (address) =>
      memory.network?.endpoints.endpoints.find((endpoint) => endpoint.address === address)?.nodeId === nodeId,
    isBusy: (slotId) => runner.isBusy(slotId),
    between: (slotId, act) => runner.between(slotId, act),
  });
  const endings = new Endings({
    ...{ engine, clock, ports, retirements, log },
    between: (slotId, act) => runner.between(slotId, act),
  });
  const logs = {
    use: (nats: { url: string; token: string }) => link.use(nats),
    follow: (instanceId: string) => shipper.follow(instanceId),
    resumeAll: () => shipper.resumeAll(),
  };
  const names = new NameFeed({ dir: namesDir(dataDir), nodeId, nodeSubnet, clock, log });
  const facts = await readFacts(dataDir);
  const world = {
    ...{
      nodeId,
      nodeName,
      nodeSubnet,
      nodeSubnetIsOwn,
      ownNetwork: () => readOwnNetwork(new Netlink()),
      agentVersion,
      engine,
      network,
      logs,
      ports,
      handovers,
      endings,
      names,
      health,
      runner,
      memory,
      facts,
      clock,
      log,
    },
  };
  let ready = false;
  try {
    await retirements.resume();
    await keepAttached(
      { ...world, ...config },
      {
        signal,
        onAttached: () => {
          if (!ready) onReady({ nodeId, name: nodeName });
          ready = true;
        },
      },
    );
  } finally {
    // The session is over by now: what is called off here is asked again of the next agent.
    await Promise.all([endings.close(), runner.close()]);
    await retirements.close();
    await health.close();
    await names.close();
    // Together: a NATS that does not answer is not waited for. What it has not acknowledged the next agent ships.
    await Promise.all([shipper.stop(), link.close()]);
  }
};
