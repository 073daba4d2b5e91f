import { RestowError } from '@restow/shared/base/errors';
import { type CommandOptions, type CommandResult, runCommand } from './command.ts';
import { type EngineEvent, engineEvents, engineSocket, startEngine } from './engines.ts';
import { bootHost, type Host, runInHost } from './hosts.ts';
import type { LabPlace } from './lab-place.ts';
import { type LabState, writeState } from './lab-state.ts';
import { subnetOf } from './lab-subnet.ts';
import { endProgram } from './pids.ts';
import { builtProgram, startAgent, startCoordinator } from './programs.ts';
import { unplugHost } from './switch.ts';
import { takeDown } from './take-down.ts';

/** A lab that is up. Hosts go by their names, `n1` and on. Disposing takes it away, all of it. */
export interface Lab extends AsyncDisposable {
  dir: string;
  /** When it was started, as an ISO time. */
  startedAt: string;
  hosts: readonly Host[];
  registry: { address: string; accessLog: string };
  /** `null` in a bare lab, and while it is stopped. */
  coordinator: { address: string; tokenFile: string } | null;
  /** What the client needs to reach it, and LAB_REGISTRY. */
  env: Record<string, string>;
  host(name: string): Host;
  /** Runs a command inside a host; a failing exit code is a value. */
  exec(host: string, argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** `docker ARGS...` inside a host: its standard output, trimmed. Throws when it fails. */
  docker(host: string, ...args: string[]): Promise<string>;
  /** The client, built, run on the machine. */
  cli(...args: string[]): Promise<CommandResult>;
  /** A host's engine socket, reached from the machine. */
  engineSocket(host: string): string;
  /** What a host's engine did since an ISO time, in its order. */
  engineEvents(host: string, since: string): Promise<EngineEvent[]>;
  /** Where a program of the lab logs: `coordinator`, `n1-agent`, `n1-engine`. */
  log(program: string): string;
  /** Ends a host's agent, by default politely. Its containers stay. */
  stopAgent(host: string, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  startAgent(host: string): Promise<void>;
  /** Cuts a host's power: every program in it is gone at once, and its cable with it. Its disk stays. */
  powerOff(host: string): Promise<void>;
  /** Boots a host again from its disk: its engine, with what that restarts by itself, then its agent. */
  powerOn(host: string): Promise<void>;
  /** Ends the coordinator, by default politely. */
  stopCoordinator(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again, with its data and at its old address. */
  startCoordinator(): Promise<void>;
  /** Takes the lab away. Safe to repeat. */
  down(): Promise<void>;
}

const patience = 15_000;

/** The lab of a state that was found or just built. Changes to what runs go into the state file too. */
export function labFrom(place: LabPlace, state: LabState): Lab {
  const { registry } = state;
  if (registry === null) throw new RestowError('internal', `The lab in ${place.dir} has no registry on record`);
  const keep = (change: Partial<LabState>) => {
    Object.assign(state, change);
    writeState(place, state);
  };
  const host = (name: string): Host => {
    const found = state.hosts.find((candidate) => candidate.name === name);
    if (found) return found;
    const names = state.hosts.map((candidate) => candidate.name).join(', ');
    throw new RestowError('not-found', `The lab has no host ${name}; it has ${names}.`);
  };
  const coordinator = () => {
    if (state.coordinator) return state.coordinator;
    throw new RestowError('failed-precondition', `The lab in ${place.dir} is a bare one, without a coordinator.`);
  };
  const switchOf = () => {
    if (state.switch) return state.switch;
    throw new RestowError('internal', `The lab in ${place.dir} has no switch on record`);
  };
  const lab: Lab = {
    dir: place.dir,
    startedAt: state.startedAt,
    registry: { address: registry.address, accessLog: registry.accessLog },
    get hosts() {
      return state.hosts;
    },
    get coordinator() {
      return state.coordinator;
    },
    get env() {
      return {
        ...(state.coordinator && {
          RESTOW_HOST: state.coordinator.address,
          RESTOW_TOKEN_FILE: state.coordinator.tokenFile,
        }),
        LAB_REGISTRY: registry.address,
      };
    },
    host,
    exec: async (name, argv, options) => runInHost(place, host(name), argv, options),
    docker: async (name, ...args) => {
      const { stdout, stderr, code } = await lab.exec(name, ['docker', ...args]);
      if (code === 0) return stdout.trim();
      throw new RestowError(
        'unavailable',
        `\`docker ${args.join(' ')}\` in ${name} ended with ${code}: ${stderr.trim()}`,
      );
    },
    cli: async (...args) =>
      runCommand([process.execPath, builtProgram('cli'), ...args], {
        env: { ...process.env, ...lab.env, NO_COLOR: '1' },
        deadlineMs: 180_000,
      }),
    engineSocket: (name) => engineSocket(host(name)),
    engineEvents: async (name, since) => engineEvents(engineSocket(host(name)), since),
    log: (program) => `${place.logDir}/${program}.log`,
    stopAgent: async (name, signal = 'SIGTERM') => {
      const agent = state.agents[host(name).name];
      if (agent === undefined) return;
      await endProgram(agent, signal === 'SIGTERM' ? patience : 0);
      const { [name]: _, ...others } = state.agents;
      keep({ agents: others });
    },
    startAgent: async (name) => {
      const agent = await startAgent(place, host(name), coordinator());
      keep({ agents: { ...state.agents, [name]: agent } });
    },
    powerOff: async (name) => {
      const { init } = host(name);
      await unplugHost(switchOf(), name);
      await endProgram(init, 0);
      const { [name]: _, ...others } = state.agents;
      keep({ agents: others });
    },
    powerOn: async (name) => {
      const subnet = subnetOf(state.subnet);
      const booted = await bootHost(place, subnet, switchOf(), host(name), state.hosts);
      keep({ hosts: state.hosts.map((each) => (each.name === name ? booted : each)) });
      await startEngine(place, subnet, booted);
      if (state.coordinator !== null) await lab.startAgent(name);
    },
    stopCoordinator: async (signal = 'SIGTERM') =>
      endProgram(coordinator().program, signal === 'SIGTERM' ? patience : 0),
    startCoordinator: async () => {
      const { address } = coordinator();
      keep({ coordinator: await startCoordinator(place, { host: subnetOf(state.subnet).machine, address }) });
    },
    down: () => takeDown(place),
    [Symbol.asyncDispose]: () => takeDown(place),
  };
  return lab;
}
