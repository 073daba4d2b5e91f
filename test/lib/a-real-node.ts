import type { HealthProbe } from '@restow/agent/health/health-probe';
import { KernelNetwork } from '@restow/agent/network/kernel-network';
import type { PortMapping } from '@restow/agent/network/node-network';
import { insideHost } from '@restow/lab/hosts';
import { overlayGateway } from '@restow/shared/domain/address';
import { nodeSubnet, overlaySubnet, type SwapNode, swapDeps } from './a-swap-node.ts';
import { type RealEngine, startRealEngine } from './real-engine.ts';

/** A host with a real engine and a real kernel network, and a swap's orders for them; only NATS is left out. */
export interface RealNode extends RealEngine, SwapNode<RealEngine['engine'], KernelNetwork> {
  engine: RealEngine['engine'];
  /** The host's address, which this program reaches too. */
  address: string;
  /** What a GET from inside the host answers; empty when nobody does. */
  get(url: string): Promise<string>;
  portMap(): Promise<PortMapping[]>;
  /** What `docker inspect` says of a container, by format. */
  inspect(containerId: string, format: string): Promise<string>;
}

/** Looks from inside the host: its containers' addresses are its own. */
export const probeFrom = (shell: RealEngine['shell']): HealthProbe => ({
  look: async (check, address, timeoutMs) => {
    const seconds = Math.ceil(timeoutMs / 1000);
    const line =
      check.kind === 'tcp'
        ? `timeout ${seconds} busybox nc ${address} ${check.port} </dev/null >/dev/null 2>&1 && echo yes`
        : `timeout ${seconds} busybox wget -q -O /dev/null http://${address}:${check.port}${check.path} && echo yes`;
    return (await shell(line)).includes('yes') ? { ok: true } : { ok: false, because: `port ${check.port} failed` };
  },
});

export const aRealNode = async (): Promise<RealNode> => {
  const real = await startRealEngine('n1');
  const host = real.lab.host('n1');
  const network = new KernelNetwork({ prefix: insideHost(host, []), proc: `/proc/${host.init.pid}/root/proc` });
  await real.engine.ensureNetworks({ overlaySubnet, nodeSubnet });
  await network.ensure({
    ...{ subnet: overlaySubnet, gateway: overlayGateway(overlaySubnet), vxlanId: 77, nodeId: 'n1' },
    underlay: host.address,
  });
  return {
    ...real,
    ...swapDeps({ engine: real.engine, network, probe: probeFrom(real.shell) }),
    address: host.address,
    get: async (url) => (await real.shell(`timeout 2 busybox wget -q -O - ${url}`)).trim(),
    portMap: () => network.portMap(),
    inspect: (containerId, format) => real.docker('inspect', '-f', format, containerId),
  };
};
