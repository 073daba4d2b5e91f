import { type Cable, faultyCables, soundCable } from '../cable-faults.ts';
import { engineAnswers } from '../engine-http.ts';
import { engineSocket } from '../engines.ts';
import { labPlaceInUse } from '../lab-place.ts';
import { type LabState, standingOf } from '../lab-state.ts';
import { isRunning, type PidIdentity } from '../pids.ts';
import { labZone } from '../programs.ts';
import { type SubCommand, wrongUsage } from './command-line.ts';

const runs = async (program: PidIdentity | null | undefined): Promise<string> => {
  if (!program) return '-';
  return (await isRunning(program)) ? `running (pid ${program.pid})` : 'ended';
};

const table = (rows: string[][]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const condition = ({ cut, lossPercent }: Cable): string =>
  [...(cut ? ['cut'] : []), ...(lossPercent > 0 ? [`loses ${lossPercent}%`] : [])].join(', ') || 'whole';

async function describe(state: LabState): Promise<string> {
  const cables = state.switch === null ? {} : await faultyCables(state.switch);
  const hosts = await Promise.all(
    state.hosts.map(async (host) => [
      host.name,
      host.address,
      (await isRunning(host.init)) ? await runs(host.init) : 'no power',
      (await engineAnswers(engineSocket(host))) ? 'answers' : 'does not answer',
      await runs(state.agents[host.name]),
      await runs(state.names[host.name]),
      condition(cables[host.name] ?? soundCable),
    ]),
  );
  return [
    `up since     ${state.startedAt}, network ${state.subnet}`,
    `coordinator  ${state.coordinator?.address ?? '-'}  ${await runs(state.coordinator?.program)}`,
    `zone         ${state.coordinator ? `${labZone} at ${state.coordinator.dns}` : '-'}`,
    `registry     ${state.registry?.address ?? '-'}  ${await runs(state.registry?.program)}`,
    '',
    table([['HOST', 'ADDRESS', 'PID 1', 'ENGINE', 'AGENT', 'NAMES', 'CABLE'], ...hosts]),
  ].join('\n');
}

/** `lab status`: what stands, and every fault in force; exit code 1 when no lab is up. */
export const labStatus: SubCommand = {
  usage: 'lab status',
  async run(words) {
    if (words.length > 0) throw wrongUsage('`lab status` takes no argument.', this.usage);
    const place = labPlaceInUse();
    const { standing, state } = await standingOf(place);
    if (standing === 'up' && state !== null) {
      process.stdout.write(`${await describe(state)}\n`);
      return 0;
    }
    const told = {
      none: `no lab is up in ${place.dir}`,
      up: `a lab without a record runs in ${place.dir}; take it away with \`lab down\``,
      starting: `a lab is on its way up in ${place.dir}`,
      remains: `a lab in ${place.dir} was cut short; take what is left of it away with \`lab down\``,
    };
    process.stdout.write(`${told[standing]}\n`);
    return 1;
  },
};
