import { Command } from 'commander';
import type { Cli } from './cli.ts';
import { addCompletion } from './commands/completion.ts';
import { addDeploymentInspect } from './commands/deployment-inspect.ts';
import { addDeploymentLogs } from './commands/deployment-logs.ts';
import { addDeploymentLs } from './commands/deployment-ls.ts';
import { addDeploymentResume, addDeploymentRollback } from './commands/deployment-resume.ts';
import { addDeploymentWatch } from './commands/deployment-watch.ts';
import { addHelp } from './commands/help.ts';
import { addNodeCordon, addNodeUncordon } from './commands/node-cordon.ts';
import { addNodeInspect } from './commands/node-inspect.ts';
import { addNodeLs } from './commands/node-ls.ts';
import { addPlan } from './commands/plan.ts';
import { addServiceCreate } from './commands/service-create.ts';
import { addServiceInspect } from './commands/service-inspect.ts';
import { addServiceLogs } from './commands/service-logs.ts';
import { addServiceLs } from './commands/service-ls.ts';
import { addServicePs } from './commands/service-ps.ts';
import { addServiceRedeploy } from './commands/service-redeploy.ts';
import { addServiceRm } from './commands/service-rm.ts';
import { addServiceRun } from './commands/service-run.ts';
import { addServiceScale } from './commands/service-scale.ts';
import { addServiceStart } from './commands/service-start.ts';
import { addServiceUpdate } from './commands/service-update.ts';
import { addTagAdd, addTagRm } from './commands/tag-change.ts';
import { addTagLs } from './commands/tag-ls.ts';
import { addVersion } from './commands/version.ts';
import { addVolumeInspect } from './commands/volume-inspect.ts';
import { addVolumeLs } from './commands/volume-ls.ts';
import { addVolumePurge } from './commands/volume-purge.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { clientVersion } from './version.ts';

const about = `
Things are named by their name, their uuid, or the first 4 or more characters of it; several at once.

Where the coordinator is: RESTOW_HOST (host:port) with RESTOW_TOKEN or RESTOW_TOKEN_FILE; else what the coordinator
of this machine left in RESTOW_DATA (default /var/lib/restow). NO_COLOR turns colours off.

${exitCodesHelp}`;

/** The whole command line. Parsing it throws a `CommanderError` where the usage is wrong. */
export const restowProgram = (cli: Cli): Command => {
  const { stdout, stderr } = cli.io;
  const program = new Command('restow')
    .description('Redeploy running container services on your own machines.')
    .version(clientVersion(), '--version', 'version of this client')
    .helpOption('-h, --help', 'what this command does')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(`restow: ${text.replace(/^error: /, '')}`),
      getOutHelpWidth: () => stdout.columns,
      getErrHelpWidth: () => stderr.columns,
    })
    .addHelpText('after', about)
    .hook('preAction', (_program, command) => {
      if (command.opts<{ quiet?: boolean }>().quiet) cli.beQuiet();
    });

  const service = group(program, 'service', 'what runs: define, start, redeploy, look, remove');
  addServiceCreate(service, cli);
  addServiceStart(service, cli);
  addServiceRun(service, cli);
  addServiceUpdate(service, cli);
  addServiceRedeploy(service, cli);
  addServiceScale(service, cli);
  addServiceLs(service, cli);
  addServicePs(service, cli);
  addServiceInspect(service, cli);
  addServiceLogs(service, cli);
  addServiceRm(service, cli);

  addPlan(program, cli);

  const deployment = group(program, 'deployment', 'the history: every attempt, its steps and its output');
  addDeploymentLs(deployment, cli);
  addDeploymentInspect(deployment, cli);
  addDeploymentWatch(deployment, cli);
  addDeploymentLogs(deployment, cli);
  addDeploymentResume(deployment, cli);
  addDeploymentRollback(deployment, cli);

  const node = group(program, 'node', 'the machines');
  addNodeLs(node, cli);
  addNodeInspect(node, cli);
  addNodeCordon(node, cli);
  addNodeUncordon(node, cli);

  const tag = group(program, 'tag', 'tags of nodes, deploy tags of services');
  addTagAdd(tag, cli);
  addTagRm(tag, cli);
  addTagLs(tag, cli);

  const volume = group(program, 'volume', 'the volumes of slots');
  addVolumeLs(volume, cli);
  addVolumeInspect(volume, cli);
  addVolumePurge(volume, cli);

  addCompletion(program, cli);
  addVersion(program, cli);
  addHelp(program);
  return program;
};

const group = (program: Command, name: string, description: string): Command =>
  program.command(name).description(description).helpCommand(false);
