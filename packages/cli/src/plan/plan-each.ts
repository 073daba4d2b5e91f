import type { Result } from '@restow/shared/base/result';
import type { Plan, PlanRefusal } from '@restow/shared/domain/plan';
import type { Cli } from '../cli.ts';
import { exitCodeFor } from '../exit-codes.ts';
import type { OutputFlags } from '../flags/output-flags.ts';
import { lookOf, printJson } from '../output.ts';
import type { Look } from '../render/look.ts';
import { planText, refusalText } from '../render/plan.ts';
import { indent } from '../render/table.ts';
import { forEachName } from '../report.ts';

/** What would be done for one service. */
export interface Planned {
  outcome: Result<Plan, PlanRefusal>;
  /** What would change of its definition first; absent where nothing was asked to. */
  changes?: string[];
}

/** As `-o json` prints it. */
const jsonOf = ({ outcome, changes }: Planned) => ({
  ...(changes === undefined ? {} : { changes }),
  ...(outcome.ok ? { plan: outcome.value } : { refusal: outcome.refusal }),
});

const changesText = (name: string, changes: string[]): string =>
  changes.length === 0
    ? `${name}: defined so already\n\n`
    : `${name}: would be defined anew\n${indent(changes.map((change) => `${change}\n`).join(''))}\n`;

const textOf = ({ outcome, changes }: Planned, look: Look): string => {
  const name = outcome.ok ? outcome.value.serviceName : outcome.refusal.serviceName;
  const text = outcome.ok ? planText(outcome.value, look) : refusalText(outcome.refusal, look);
  return changes === undefined ? text : changesText(name, changes) + text;
};

/**
 * Asks for one plan after the other and prints them; of a quiet run only what refuses, on stderr. The run ends with 0
 * where all can be done, else with what the refused deployment would have ended with.
 */
export const planEach = async (
  cli: Cli,
  names: string[],
  flags: OutputFlags,
  ask: (name: string) => Promise<Planned>,
): Promise<void> => {
  const { io } = cli;
  const all: Planned[] = [];
  await forEachName(cli, names, async (name) => {
    const planned = await ask(name);
    all.push(planned);
    if (!planned.outcome.ok) cli.endWith(exitCodeFor[planned.outcome.refusal.code ?? 'unschedulable']);
  });
  if (flags.output === 'json') {
    printJson(io, all.map(jsonOf));
    return;
  }
  const shown = flags.quiet ? all.filter(({ outcome }) => !outcome.ok) : all;
  const out = flags.quiet ? io.stderr : io.stdout;
  out.write(shown.map((planned) => textOf(planned, lookOf(io, out, flags))).join('\n'));
};
