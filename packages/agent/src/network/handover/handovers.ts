import type { PublishedPort } from '@restow/shared/domain/service';
import type { PortMapping } from '../node-network.ts';

/**
 * What a node's kernel holds for the handover of one slot's address.
 *
 * `here`: both instances are on this node, the old one on a temporary end. `towards`: the new one is on another node, to
 * which what is the new one's is relayed. `receiving`: the old one is on another node.
 */
export type Handover = { address: string } & (
  | { kind: 'here'; leads: 'old' | 'new' | null }
  | { kind: 'towards'; underlay: string; leads: 'old' | 'new' | null }
  | { kind: 'receiving'; isSettled: boolean }
);

/** Both ends of a TCP connection of a container, and its state as the kernel numbers it. */
export interface Connection {
  local: { address: string; port: number };
  remote: { address: string; port: number };
  state: number;
}

/** Whom new connections are to reach from now on. */
export interface Steering {
  address: string;
  to: 'old' | 'new';
  /** Pid of a program of the other instance, which keeps the connections it has; `null` when that one does not run. */
  keepOf: number | null;
}

/** Ports of this node that another one answers for. */
export interface PortRelay {
  /** Underlay address of that node. */
  underlay: string;
  ports: readonly { protocol: PublishedPort['protocol']; hostPort: number; thereHostPort: number }[];
}

/**
 * Handing a slot's address from one instance to another without losing a connection. The state is the kernel's: it
 * outlives the agent, and every call does what is left to do, wherever an earlier one was broken off. Pids are those of a
 * container's first program.
 */
export interface Handovers {
  /** All of this node; also those of which only a temporary end is left (`here`, leading nobody). */
  list(): Promise<Handover[]>;
  find(address: string): Promise<Handover | null>;
  /**
   * Gives the old instance a temporary end, by which it is reached from then on, and by which its own packets leave; for
   * one that is still docked. When this resolves the engine can take its end away, and nothing is cut.
   */
  openHere(old: { address: string; pid: number }): Promise<void>;
  /** Relays to another node what is the new instance's there; the old one keeps all the rest. `null`: it does not run. */
  openTowards(old: { address: string; pid: number | null; underlay: string }): Promise<void>;
  /**
   * Leads new connections to the old or the new instance, and the ports of `mappings` with them, all in one transaction.
   * What the other one holds by now it keeps. `relay`: ports of this node that the other node answers for from now on;
   * none are when it is left out.
   */
  steer(steering: Steering, mappings: PortMapping[], relay?: PortRelay): Promise<void>;
  /** Has this node deliver to its new instance what the old one's node relays; `null`: it is about to be started. */
  receive(fresh: { address: string; pid: number | null }): Promise<void>;
  /**
   * Does something by which the engine has the kernel forget what callers of this node hold of an address, and has it
   * remember: the address has another holder. `led`: what leads there; who calls meanwhile is led by the node network.
   */
  keepFlows<Value>(address: string, led: readonly PortMapping[], act: () => Promise<Value>): Promise<Value>;
  /** This node forwards to a received address by itself, whatever the present endpoint table says. */
  settle(address: string): Promise<void>;
  /** Ends a handover on one node whose old instance has been docked again: it goes by that end, the temporary one is gone. */
  redock(old: { address: string; pid: number }): Promise<void>;
  /** Takes away whatever a handover of this address needed here. None is no matter. */
  close(address: string): Promise<void>;
  /** The TCP connections of a container, and what it listens on; `null` when it has ended. */
  connections(pid: number): Promise<Connection[] | null>;
}
