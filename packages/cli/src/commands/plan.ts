import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addPlanningFlags, type RedeployFlags, redeployOptions } from '../flags/redeploy-flags.ts';
import { planEach } from '../plan/plan-each.ts';

/** `restow plan SERVICE...` */
export const addPlan = (program: Command, cli: Cli): void => {
  const command = program
    .command('plan')
    .description('what a redeploy would do, or every reason why it cannot; touches nothing')
    .argument('<service...>');
  addOutputFlags(addPlanningFlags(command), { quiet: 'only by the exit code, and why not', trunc: true })
    .addHelpText('after', `\nExample:\n  restow plan web --order recreate\n\n${exitCodesHelp}`)
    .action((names: string[], flags: OutputFlags & RedeployFlags) =>
      planEach(cli, names, flags, async (name) => ({
        outcome: await cli.client().planService(name, redeployOptions(flags), cli.call),
      })),
    );
};
