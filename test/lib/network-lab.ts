/**
 * Nodes and containers as network namespaces, with no engine: the bridges, veths and firewall rules an engine would
 * make are made by hand, so that what the kernel does with ours can be seen alone.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KernelNetwork } from '@restow/agent/network/kernel-network';
import { linkNames, type OverlaySettings } from '@restow/agent/network/node-network';
import { macOf } from '@restow/shared/domain/address';
import type { PeerRequest } from './network-peer.ts';

export const isRoot = process.geteuid?.() === 0;

const execute = promisify(execFile);
const peerProgram = fileURLToPath(new URL('./network-peer.ts', import.meta.url));
const { nodeBridge, overlayBridge } = linkNames;

/** The first `ip netns add` of a machine makes and mounts it, and nothing of iproute2 ever takes it away. */
const netnsDir = '/run/netns';

/** A program in a namespace; see network-peer.ts. */
export class Peer {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (text: string) => void>();
  #count = 0;

  constructor(namespace: string) {
    this.#child = spawn('nsenter', [`--net=/run/netns/${namespace}`, '--', process.execPath, peerProgram], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => {
      const { id, text } = message as { id: number; text: string };
      this.#waiting.get(id)?.(text);
      this.#waiting.delete(id);
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  #request(request: PeerRequest): Promise<string> {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, request }, (error) => error && reject(error));
    });
  }

  serve(name: string, port: number, protocol: 'tcp' | 'udp' = 'tcp', host?: string): Promise<string> {
    return this.#request({ do: 'serve', name, port, protocol, host });
  }

  /** Who answers a new connection; `nobody`, or the error's code, when there is none within `waitMs`. */
  ask(host: string, port: number, options: { protocol?: 'tcp' | 'udp'; waitMs?: number; from?: string } = {}) {
    return this.#request({ do: 'ask', host, port, protocol: 'tcp', waitMs: 700, ...options });
  }

  open(host: string, port: number, protocol: 'tcp' | 'udp' = 'tcp'): Promise<string> {
    return this.#request({ do: 'open', host, port, protocol });
  }

  say(waitMs = 700): Promise<string> {
    return this.#request({ do: 'say', waitMs });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** One namespace. */
export class Place {
  readonly namespace: string;
  readonly #peers: Peer[] = [];

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  /** Runs a command line here; throws with what it printed when it fails. */
  async run(commandLine: string): Promise<string> {
    const { stdout } = await execute('nsenter', [`--net=/run/netns/${this.namespace}`, '--', 'sh', '-ec', commandLine]);
    return stdout;
  }

  async json<Shape>(commandLine: string): Promise<Shape> {
    return JSON.parse((await this.run(commandLine)).trim() || '[]') as Shape;
  }

  peer(): Peer {
    const peer = new Peer(this.namespace);
    this.#peers.push(peer);
    return peer;
  }

  async end(): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.end()));
    await execute('ip', ['netns', 'del', this.namespace]);
  }
}

export class LabNode extends Place {
  readonly name: string;
  readonly underlay: string;
  readonly network: KernelNetwork;

  constructor(namespace: string, name: string, underlay: string) {
    super(namespace);
    this.name = name;
    this.underlay = underlay;
    this.network = new KernelNetwork({ prefix: ['nsenter', `--net=/run/netns/${namespace}`, '--'] });
  }

  get settings(): OverlaySettings {
    return {
      subnet: '10.7.0.0/16',
      gateway: '10.7.255.254',
      vxlanId: 77,
      underlay: this.underlay,
      nodeId: this.name,
    };
  }
}

export const nodeSubnetGateway = '172.30.0.1';

export class NetworkLab {
  readonly #mark = randomBytes(3).toString('hex');
  readonly #places: Place[] = [];
  readonly #makesNetnsDir = !existsSync(netnsDir);
  #hosts = 0;
  #wire!: Place;
  /** A machine beside the nodes. */
  outside!: Place;

  /** The switch, and a machine outside at 10.99.0.254. Call `end` afterwards, even when this fails. */
  async start(): Promise<this> {
    this.#wire = await this.#place('wire', (name) => new Place(name));
    await this.#wire.run('ip link add switch type bridge && ip link set switch up');
    this.outside = await this.#place('out', (name) => new Place(name));
    await this.#plug(this.outside, '10.99.0.254');
    return this;
  }

  async #place<P extends Place>(name: string, make: (namespace: string) => P): Promise<P> {
    const namespace = `rst${this.#mark}-${name}`;
    const place = make(namespace);
    await execute('ip', ['netns', 'add', namespace]);
    this.#places.push(place);
    await place.run('ip link set lo up');
    return place;
  }

  async #plug(place: Place, address: string): Promise<void> {
    const port = `p${++this.#hosts}`;
    await this.#wire.run(
      `ip link add ${port} type veth peer name eth0 netns ${place.namespace}; ip link set ${port} master switch up`,
    );
    await place.run(`ip addr add ${address}/24 dev eth0; ip link set eth0 up`);
  }

  /** A node with the bridges and the firewall an engine (20.10) makes: it drops what it does not know. */
  async node(name: string): Promise<LabNode> {
    const underlay = `10.99.0.${this.#places.length + 10}`;
    const node = await this.#place(name, (namespace) => new LabNode(namespace, name, underlay));
    await this.#plug(node, underlay);
    await node.run(`
      echo 1 >/proc/sys/net/ipv4/ip_forward
      for bridge in ${nodeBridge} ${overlayBridge} other0; do ip link add $bridge type bridge; done
      ip addr add ${nodeSubnetGateway}/24 dev ${nodeBridge}
      ip addr add 10.7.255.254/16 dev ${overlayBridge}
      ip addr add 172.31.0.1/24 dev other0
      ip link set ${overlayBridge} mtu 1450
      iptables -P FORWARD DROP
      iptables -N DOCKER-USER; iptables -A DOCKER-USER -j RETURN
      iptables -N ISOLATION
      iptables -A FORWARD -j DOCKER-USER; iptables -A FORWARD -j ISOLATION
      for bridge in ${nodeBridge} ${overlayBridge} other0; do
        ip link set $bridge up
        # An engine gives its bridges an address for good. One without takes the lowest of its ports', and every time that
        # changes, the kernel forgets the bridge's neighbours, permanent ones too.
        ip link set $bridge address 02:42:$(od -An -N4 -tx1 /dev/urandom | tr ' ' : | cut -c2-)
        iptables -A FORWARD -o $bridge -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        iptables -A FORWARD -i $bridge ! -o $bridge -j ACCEPT
        iptables -A FORWARD -i $bridge -o $bridge -j ACCEPT
        for to in ${nodeBridge} ${overlayBridge} other0; do
          [ $to = $bridge ] || iptables -A ISOLATION -i $bridge -o $to -j DROP
        done
      done`);
    return node;
  }

  /** A container's namespace on a node: its ends as an engine makes them, with the addresses given. */
  async container(
    node: LabNode,
    name: string,
    ends: { overlay?: string; node?: string; other?: string },
  ): Promise<Place> {
    const container = await this.#place(`${node.name}-${name}`, (namespace) => new Place(namespace));
    const plug = async (end: string, bridge: string, address: string, prefix: number, mtu: number) => {
      const port = `${name.slice(0, 8)}-${end}`;
      await node.run(
        `ip link add ${port} mtu ${mtu} type veth peer name ${end} mtu ${mtu} address ${macOf(address)} netns ${container.namespace}; ip link set ${port} master ${bridge} up`,
      );
      await container.run(`ip addr add ${address}/${prefix} dev ${end}; ip link set ${end} up`);
    };
    if (ends.node) {
      await plug('eth0', nodeBridge, ends.node, 24, 1500);
      await container.run(`ip route add default via ${nodeSubnetGateway}`);
    }
    if (ends.overlay) await plug('eth1', overlayBridge, ends.overlay, 16, 1450);
    if (ends.other) {
      await plug('eth2', 'other0', ends.other, 24, 1500);
      await container.run('ip route add default via 172.31.0.1');
    }
    return container;
  }

  /** Takes a container away as an engine does, its ends with it. */
  async remove(container: Place): Promise<void> {
    this.#places.splice(this.#places.indexOf(container), 1);
    await container.end();
  }

  async end(): Promise<void> {
    const ends = await Promise.allSettled(this.#places.map((place) => place.end()));
    const failed = ends.filter((end) => end.status === 'rejected');
    if (failed.length > 0) throw new AggregateError(failed.map(({ reason }) => reason));
    if (this.#makesNetnsDir && readdirSync(netnsDir).length === 0)
      await execute('sh', ['-ec', `umount ${netnsDir}; rmdir ${netnsDir}`]);
  }
}
