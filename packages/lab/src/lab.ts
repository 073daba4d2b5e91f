import { RestowError } from '@restow/shared/base/errors';
import { type Cable, cableOf, cutCable, healCable, loseFrames } from './cable-faults.ts';
import { type CommandOptions, type CommandResult, runCommand } from './command.ts';
import { type EngineEvent, endEngine, engineEvents, engineProgram, engineSocket, startEngine } from './engines.ts';
import { bootHost, cutPower, type Host, runInHost } from './hosts.ts';
import type { LabPlace } from './lab-place.ts';
import { type LabState, readState, writeState } from './lab-state.ts';
import { subnetOf } from './lab-subnet.ts';
import { endProgram, isRunning, type PidIdentity } from './pids.ts';
import { builtProgram, launchAgent, launchNames, startCoordinator } from './programs.ts';
import { takeDown } from './take-down.ts';

/** A lab that is up. Hosts go by their names, `n1` and on. Disposing takes it away, all of it. */
export interface Lab extends AsyncDisposable {
  dir: string;
  /** When it was started, as an ISO time. */
  startedAt: string;
  hosts: readonly Host[];
  registry: { address: string; accessLog: string };
  /** `null` in a bare lab, and while it is stopped. `dns` is where it answers the zone `restow.test`. */
  coordinator: { address: string; dns: string; tokenFile: string } | null;
  /** What the client needs to reach it, and LAB_REGISTRY. */
  env: Record<string, string>;
  host(name: string): Host;
  /** The same, and refuses (`failed-precondition`) one that has no power. */
  hostWithPower(name: string): Promise<Host>;
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
  /** Where a program of the lab logs: `coordinator`, `n1-agent`, `n1-names`, `n1-engine`. */
  log(program: string): string;
  /** Ends a host's agent, by default politely. Its containers stay. */
  stopAgent(host: string, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /**
   * Starts it again; resolves when the coordinator has welcomed it, at once where nothing can pass between the two.
   * `env`: variables it has besides the lab's own, until it is started the next time.
   */
  startAgent(host: string, env?: Record<string, string>): Promise<void>;
  /** Ends what answers DNS in a host, by default politely: its containers resolve nothing then. */
  stopNames(host: string, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again; resolves when it answers. */
  startNames(host: string): Promise<void>;

  // Faults. Each refuses by `failed-precondition` what is so already, and what a host without power cannot do.

  /** What is wrong with a host's cable now. */
  cable(host: string): Promise<Cable>;
  /** Pulls a host's cable: both ends lose their carrier, and nothing passes; its power stays. Outlives a boot. */
  cut(host: string): Promise<void>;
  /** Puts it in again. What it loses by `loss` it goes on losing. */
  heal(host: string): Promise<void>;
  /**
   * From now on a host's cable loses so many frames of a hundred, in each direction by itself: a whole number, 100 being
   * silence with the carrier on, 0 none again. Outlives a boot.
   */
  loss(host: string, percent: number): Promise<void>;
  /** Cuts a host's power: every program in it is gone at once, without a last word. Its disk stays. */
  powerOff(host: string): Promise<void>;
  /** Boots a host again from its disk: its engine, with what that restarts by itself, names, agent (`startAgent`). */
  powerOn(host: string): Promise<void>;
  /**
   * `kill -9` of a host's engine: its containerd and its proxies of published ports go with it, its containers live on.
   * Starting it ends those containers first, and then starts what has the restart policy `always`: an engine without
   * live-restore owns nothing that it did not start.
   */
  engineKill(host: string): Promise<void>;
  /** Ends a host's engine politely, as `systemctl stop docker` does: it stops its containers first. */
  engineStop(host: string): Promise<void>;
  /** Starts a dead engine; resolves when it answers. `settings`: more of them, until it is started the next time. */
  engineStart(host: string, settings?: Record<string, unknown>): Promise<void>;
  /** Stop and start, as `systemctl restart docker` does. */
  engineRestart(host: string): Promise<void>;

  /** Ends the coordinator, by default politely. */
  stopCoordinator(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again, with its data and at its old addresses, and with variables of its own where some are given. */
  startCoordinator(env?: NodeJS.ProcessEnv): Promise<void>;
  /** Takes the lab away. Safe to repeat. */
  down(): Promise<void>;
}

const patience = 15_000;
/** How long a service manager gives an engine that stops its containers. */
const enginePatience = 90_000;

/**
 * The lab of a state that was found or just built. The state file is read anew whenever it counts and written with every
 * change of what runs: somebody else, a person with `lab kill` for one, may change the same lab.
 */
export function labFrom(place: LabPlace, found: LabState): Lab {
  const { registry } = found;
  if (registry === null) throw new RestowError('internal', `The lab in ${place.dir} has no registry on record`);
  let known = found;
  const state = (): LabState => {
    const now = readState(place);
    // Another lab may have come up here since; that one is not ours.
    if (now?.startedAt === found.startedAt) known = now;
    return known;
  };
  const keep = (change: (now: LabState) => Partial<LabState>) => {
    const now = state();
    known = { ...now, ...change(now) };
    writeState(place, known);
  };
  const keepAgent = (name: string, agent: PidIdentity | null) =>
    keep(({ agents: { [name]: _, ...others } }) => ({
      agents: agent === null ? others : { ...others, [name]: agent },
    }));
  const keepNames = (name: string, program: PidIdentity | null) =>
    keep(({ names: { [name]: _, ...others } }) => ({
      names: program === null ? others : { ...others, [name]: program },
    }));
  const launchNamesOf = async (name: string) => {
    const { names, answering } = await launchNames(place, await hostWithPower(name));
    keepNames(name, names);
    return answering;
  };
  const host = (name: string): Host => {
    const { hosts } = state();
    const named = hosts.find((candidate) => candidate.name === name);
    if (named) return named;
    const names = hosts.map((candidate) => candidate.name).join(', ');
    throw new RestowError('not-found', `The lab has no host ${name}; it has ${names}.`);
  };
  const coordinator = () => {
    const { coordinator } = state();
    if (coordinator) return coordinator;
    throw new RestowError('failed-precondition', `The lab in ${place.dir} is a bare one, without a coordinator.`);
  };
  const hostWithPower = async (name: string): Promise<Host> => {
    const named = host(name);
    if (await isRunning(named.init)) return named;
    throw new RestowError('failed-precondition', `${name} has no power; \`lab start ${name}\` boots it.`);
  };
  const liveEngine = async (name: string): Promise<PidIdentity> => {
    const engine = await engineProgram(place, await hostWithPower(name));
    if (engine !== null) return engine;
    throw new RestowError(
      'failed-precondition',
      `The engine of ${name} is dead already; \`lab engine-start ${name}\` starts it.`,
    );
  };
  const switchOf = () => {
    if (found.switch) return found.switch;
    throw new RestowError('internal', `The lab in ${place.dir} has no switch on record`);
  };
  const lab: Lab = {
    dir: place.dir,
    startedAt: found.startedAt,
    registry: { address: registry.address, accessLog: registry.accessLog },
    get hosts() {
      return state().hosts;
    },
    get coordinator() {
      return state().coordinator;
    },
    get env() {
      const { coordinator } = state();
      return {
        ...(coordinator && { RESTOW_HOST: coordinator.address, RESTOW_TOKEN_FILE: coordinator.tokenFile }),
        LAB_REGISTRY: registry.address,
      };
    },
    host,
    hostWithPower,
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
      const agent = state().agents[host(name).name];
      if (agent === undefined) return;
      await endProgram(agent, signal === 'SIGTERM' ? patience : 0);
      keepAgent(name, null);
    },
    startAgent: async (name, env) => {
      const { agent, welcomed } = await launchAgent(place, await hostWithPower(name), coordinator(), undefined, env);
      keepAgent(name, agent);
      const { cut, lossPercent } = await lab.cable(name);
      if (!cut && lossPercent < 100 && (await isRunning(coordinator().program))) await welcomed();
    },
    stopNames: async (name, signal = 'SIGTERM') => {
      const names = state().names[host(name).name];
      if (names === undefined) return;
      await endProgram(names, signal === 'SIGTERM' ? patience : 0);
      keepNames(name, null);
    },
    startNames: async (name) => {
      const answering = await launchNamesOf(name);
      await answering();
    },
    cable: async (name) => cableOf(switchOf(), host(name).name),
    cut: async (name) => cutCable(switchOf(), host(name).name),
    heal: async (name) => healCable(switchOf(), host(name).name),
    loss: async (name, percent) => loseFrames(switchOf(), host(name).name, percent),
    powerOff: async (name) => {
      await cutPower(place, switchOf(), await hostWithPower(name));
      keepAgent(name, null);
      keepNames(name, null);
    },
    powerOn: async (name) => {
      const off = host(name);
      if (await isRunning(off.init))
        throw new RestowError('failed-precondition', `${name} has power; \`lab kill ${name}\` cuts it.`);
      // What a boot that was cut short left.
      await cutPower(place, switchOf(), off);
      const subnet = subnetOf(found.subnet);
      const booted = await bootHost(place, subnet, switchOf(), off, state().hosts, await lab.cable(name));
      keep(({ hosts }) => ({ hosts: hosts.map((each) => (each.name === name ? booted : each)) }));
      await startEngine(place, subnet, booted);
      if (state().coordinator === null) return;
      await launchNamesOf(name);
      await lab.startAgent(name);
    },
    engineKill: async (name) => endEngine(await liveEngine(name), 0),
    engineStop: async (name) => endEngine(await liveEngine(name), enginePatience),
    engineStart: async (name, settings) => {
      const powered = await hostWithPower(name);
      if ((await engineProgram(place, powered)) !== null)
        throw new RestowError(
          'failed-precondition',
          `The engine of ${name} runs already; \`lab engine-kill ${name}\` ends it.`,
        );
      await startEngine(place, subnetOf(found.subnet), powered, { settings });
    },
    engineRestart: async (name) => {
      await lab.engineStop(name);
      await lab.engineStart(name);
    },
    stopCoordinator: async (signal = 'SIGTERM') =>
      endProgram(coordinator().program, signal === 'SIGTERM' ? patience : 0),
    startCoordinator: async (env) => {
      const { address, dns } = coordinator();
      const started = await startCoordinator(place, { host: subnetOf(found.subnet).machine, address, dns, env });
      keep(() => ({ coordinator: started }));
    },
    down: () => takeDown(place),
    [Symbol.asyncDispose]: () => takeDown(place),
  };
  return lab;
}
