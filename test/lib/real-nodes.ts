import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerEngine } from '@restow/agent/engine/docker-engine';
import { KernelNetwork } from '@restow/agent/network/kernel-network';
import { insideHost } from '@restow/lab/hosts';
import type { Lab } from '@restow/lab/lab';
import { labPlace } from '@restow/lab/lab-place';
import { type ImageSpec, pushImage } from '@restow/lab/push-image';
import { startLab } from '@restow/lab/start-lab';
import { takeDown } from '@restow/lab/take-down';
import { overlayGateway } from '@restow/shared/domain/address';
import { parseImageReference } from '@restow/shared/domain/image-reference';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { probeFrom } from './a-real-node.ts';
import { nodeSubnet, overlaySubnet, type SwapNode, swapDeps } from './a-swap-node.ts';
import { anEndpoint } from './an-endpoint.ts';

/** One of several hosts with an engine and a kernel network each; only NATS and the coordinator are left out. */
export interface RealHost extends SwapNode<DockerEngine, KernelNetwork> {
  name: string;
  /** Its underlay address, which this program reaches too. */
  address: string;
  /** Runs a shell line in its namespaces; its standard output, whatever its exit code. */
  shell(line: string): Promise<string>;
  /** As an agent that was just started has it, by another way to its kernel. */
  by(prefix: readonly string[]): Promise<RealHost>;
}

export interface RealNodes extends AsyncDisposable {
  lab: Lab;
  hosts: RealHost[];
  push(name: string, tag: string, image: ImageSpec): Promise<PinnedImage>;
  /** Tells every host where these addresses live: a new version of the table. */
  announce(where: Record<string, RealHost>): Promise<void>;
}

/** Two hosts on one wire, say, with nothing between them but their kernels. */
export const realNodes = async (count: number): Promise<RealNodes> => {
  const dir = await mkdtemp(join(tmpdir(), 'restow-hosts-test-'));
  const lab = await startLab({ nodes: count, dir, bare: true });
  let table: EndpointTable = { version: 0, endpoints: [] };
  const aHost = async (name: string): Promise<RealHost> => {
    const host = lab.host(name);
    const shell = async (line: string) => (await lab.exec(name, ['sh', '-c', line])).stdout;
    const engine = new DockerEngine({ socketPath: lab.engineSocket(name), nodeId: name });
    const settings = {
      ...{ subnet: overlaySubnet, gateway: overlayGateway(overlaySubnet), vxlanId: 77, nodeId: name },
      underlay: host.address,
    };
    await engine.ensureNetworks({ overlaySubnet, nodeSubnet });
    const on = async (network: KernelNetwork): Promise<RealHost> => {
      await network.ensure(settings);
      await network.applyEndpoints(table);
      return { ...swapDeps({ engine, network, probe: probeFrom(shell) }), name, address: host.address, shell, by };
    };
    const proc = `/proc/${host.init.pid}/root/proc`;
    const by = (prefix: readonly string[]) =>
      on(new KernelNetwork({ prefix: [...prefix, ...insideHost(host, [])], proc }));
    return by([]);
  };
  const hosts = await Promise.all(Array.from({ length: count }, (_, i) => aHost(`n${i + 1}`)));
  return {
    lab,
    hosts,
    push: async (name, tag, image) => {
      const { reference, digest } = await pushImage(lab.registry.address, name, tag, image);
      const parsed = parseImageReference(reference);
      if (!parsed.ok) throw new Error(parsed.refusal);
      return { kind: 'digest', reference, repository: parsed.value.repository, digest };
    },
    announce: async (where) => {
      const endpoints = Object.entries(where).map(([address, host]) =>
        anEndpoint({ address, nodeId: host.name, underlay: host.address }),
      );
      table = { version: table.version + 1, endpoints };
      await Promise.all(hosts.map(({ network }) => network.applyEndpoints(table)));
    },
    [Symbol.asyncDispose]: async () => {
      await takeDown(labPlace(dir));
      await rm(dir, { recursive: true, force: true });
    },
  };
};
