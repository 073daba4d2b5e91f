import type { Result } from '@restow/shared/base/result';
import type { Plan, PlanRefusal } from '@restow/shared/domain/plan';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodeFor, exitCodesHelp } from '../exit-codes.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addPlanningFlags, type RedeployFlags, redeployOptions } from '../flags/redeploy-flags.ts';
import { print } from '../output.ts';
import { planText, refusalText } from '../render/plan.ts';
import { forEachName } from '../report.ts';

/** A plan, or why there is none, as `-o json` prints it. */
type Planned = { plan: Plan } | { refusal: PlanRefusal };

const planned = (outcome: Result<Plan, PlanRefusal>): Planned =>
  outcome.ok ? { plan: outcome.value } : { refusal: outcome.refusal };

/** `restow plan SERVICE...` */
export const addPlan = (program: Command, cli: Cli): void => {
  const command = program
    .command('plan')
    .description('what a redeploy would do, or every reason why it cannot; touches nothing')
    .argument('<service...>');
  addOutputFlags(addPlanningFlags(command))
    .addHelpText('after', `\nExample:\n  restow plan web --order recreate\n\n${exitCodesHelp}`)
    .action(async (names: string[], flags: OutputFlags & RedeployFlags) => {
      const plans: Planned[] = [];
      await forEachName(cli, names, async (name) => {
        const outcome = await cli.client().planService(name, redeployOptions(flags), cli.call);
        plans.push(planned(outcome));
        if (!outcome.ok) cli.endWith(exitCodeFor[outcome.refusal.code ?? 'unschedulable']);
      });
      print(cli.io, flags, plans, {
        text: (values, look) =>
          values
            .map((value) => ('plan' in value ? planText(value.plan, look) : refusalText(value.refusal, look)))
            .join('\n'),
      });
    });
};
