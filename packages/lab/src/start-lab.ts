import { mkdir } from 'node:fs/promises';
import { RestowError } from '@restow/shared/base/errors';
import { startEngine } from './engines.ts';
import { bootHost, hostNames } from './hosts.ts';
import { type Lab, labFrom } from './lab.ts';
import { defaultLabDir, type LabPlace, labPlace, labPlaceInUse, memberEnvironment } from './lab-place.ts';
import { alreadyThere, claimPlace, type LabState, standingOf, writeState } from './lab-state.ts';
import { chooseSubnet, type LabSubnet, takenNetworks } from './lab-subnet.ts';
import { launchNames, startAgent, startCoordinator } from './programs.ts';
import { startRegistry } from './registry.ts';
import { pushSampleImages } from './sample-images.ts';
import { connectMachine, startSwitch } from './switch.ts';
import { takeDown } from './take-down.ts';

export interface LabOptions {
  /** How many hosts. Default 3. */
  nodes?: number;
  /** Where it keeps everything, one lab a directory. Default: RESTOW_LAB_DIR, or `.restow/lab` of the checkout. */
  dir?: string;
  /** Leave coordinator and agents out: hosts, engines, registry and images only. Default false. */
  bare?: boolean;
  /** Told in one line what is done next. */
  say?: (line: string) => void;
  signal?: AbortSignal;
}

const mostNodes = 32;

/** Runs all at once; when one fails the others are told to stop, and only when all have ended is the failure thrown. */
async function together<Values extends unknown[]>(
  signal: AbortSignal | undefined,
  tasks: { [Index in keyof Values]: (signal: AbortSignal) => Promise<Values[Index]> },
): Promise<Values> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const outcomes = await Promise.allSettled(
    tasks.map((task) =>
      task(either).catch((error) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  signal?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as Values;
}

/** A number that differs from directory to directory, so that labs started at the same time seldom want the same net. */
const firstThird = (place: LabPlace): number =>
  place.dir === labPlace(defaultLabDir).dir ? 0 : 1 + (Number.parseInt(place.id.slice(-4), 16) % 255);

async function layNetwork(place: LabPlace, state: LabState): Promise<LabSubnet> {
  const holder = await startSwitch(place);
  state.switch = holder;
  const subnet = chooseSubnet(await takenNetworks(), firstThird(place));
  state.subnet = subnet.cidr;
  writeState(place, state);
  await connectMachine(place, subnet, holder);
  return subnet;
}

async function build(place: LabPlace, state: LabState, options: LabOptions): Promise<void> {
  const { nodes = 3, bare = false, say = () => {}, signal } = options;
  const keep = (change: Partial<LabState>) => {
    Object.assign(state, change);
    writeState(place, state);
  };
  await mkdir(place.logDir, { recursive: true });
  const subnet = await layNetwork(place, state);
  const names = hostNames(nodes, subnet);
  say(`${nodes} ${nodes === 1 ? 'host' : 'hosts'} on ${subnet.cidr}, each with an engine of its own, and a registry`);

  const registryUp = async (stop: AbortSignal) => {
    const registry = await startRegistry({
      host: subnet.machine,
      dir: place.registryDir,
      env: memberEnvironment(place),
      signal: stop,
    });
    keep({
      registry: { address: registry.address, accessLog: registry.accessLog, program: registry.daemon.identity },
    });
    await pushSampleImages(registry.address);
    say(`registry at ${registry.address} with app:v1, app:v2 and crash:v1`);
  };
  const hostUp = (name: (typeof names)[number]) => async (stop: AbortSignal) => {
    const host = await bootHost(place, subnet, state.switch!, name, names);
    keep({ hosts: [...state.hosts, host].sort((a, b) => a.address.localeCompare(b.address, 'en', { numeric: true })) });
    await startEngine(place, subnet, host, { signal: stop });
    return host;
  };
  const coordinatorUp = async (stop: AbortSignal) => {
    if (bare) return null;
    const coordinator = await startCoordinator(place, { host: subnet.machine, signal: stop });
    keep({ coordinator });
    say(`coordinator at ${coordinator.address}`);
    return coordinator;
  };
  const [coordinator, , ...hosts] = await together(signal, [coordinatorUp, registryUp, ...names.map(hostUp)]);

  if (coordinator !== null) {
    say('in every host an agent, and what answers its containers by name');
    await together(
      signal,
      hosts.map((host) => async (stop: AbortSignal) => {
        const { names, answering } = await launchNames(place, host, stop);
        keep({ names: { ...state.names, [host.name]: names } });
        const agent = await startAgent(place, host, coordinator, stop);
        keep({ agents: { ...state.agents, [host.name]: agent } });
        await answering();
      }),
    );
  }
  keep({ phase: 'up' });
}

/**
 * Starts a lab: hosts on this machine, each with its own engine and agent, a registry with the sample images, one
 * coordinator. It outlives this program; disposing takes it away. When anything fails, nothing of it stays. Refuses
 * (`failed-precondition`) where one is up already; remains of a crash or of an earlier boot are taken away first.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { nodes = 3, say = () => {} } = options;
  if (process.platform !== 'linux')
    throw new RestowError('unsupported', 'A lab needs Linux: its hosts are namespaces.');
  if (process.getuid?.() !== 0)
    throw new RestowError('denied', 'A lab needs root: it makes namespaces and starts engines. Run it with sudo.');
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > mostNodes)
    throw new RestowError('invalid', `A lab has 1 to ${mostNodes} hosts, not ${nodes}.`);
  const place = options.dir === undefined ? labPlaceInUse() : labPlace(options.dir);
  const { standing, state: found } = await standingOf(place);
  if (standing === 'up' || standing === 'starting') throw alreadyThere(place, standing, found);
  if (standing === 'remains') {
    say(`taking away what an earlier lab left in ${place.dir}`);
    await takeDown(place);
  }
  const state = await claimPlace(place);
  try {
    await build(place, state, options);
  } catch (error) {
    await takeDown(place);
    throw error;
  }
  return labFrom(place, state);
}

/** The lab that stands in a directory (default as for `startLab`); throws `not-found` when none does. */
export async function openLab(dir?: string): Promise<Lab> {
  const place = dir === undefined ? labPlaceInUse() : labPlace(dir);
  const { standing, state } = await standingOf(place);
  if (standing === 'up' && state !== null) return labFrom(place, state);
  throw new RestowError(
    'not-found',
    standing === 'starting'
      ? `The lab in ${place.dir} is still on its way up; try again in a moment.`
      : `No lab is up in ${place.dir}; start one with \`lab up\`.`,
  );
}
