#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { messageOf } from '@restow/shared/base/errors';
import { openLog } from '@restow/shared/base/log';
import { askedToEnd } from '@restow/shared/base/shutdown';
import { defaultDataDir } from '../config.ts';
import { type NamesConfig, runNames } from './names.ts';

const usage = `Usage: restow-names [--data DIR] [--resolv-conf FILE]

Answers DNS for the containers of this node, at the address of its bridge rsnode0: names of services, slots and links from
what the agent with the same --data (RESTOW_AGENT_DATA, ${defaultDataDir}) writes there, everything else from the node's own
resolvers (--resolv-conf, /etc/resolv.conf). It goes on while the agent is away, so run it beside the agent, not under it.`;

/** Throws a `TypeError` for what is no option of ours. */
const readConfig = (argv: string[], env: NodeJS.ProcessEnv): NamesConfig => {
  const { values } = parseArgs({
    args: argv,
    options: { data: { type: 'string' }, 'resolv-conf': { type: 'string' } },
  });
  return {
    dataDir: values.data ?? env.RESTOW_AGENT_DATA ?? defaultDataDir,
    resolvConf: values['resolv-conf'] ?? '/etc/resolv.conf',
  };
};

const main = async (): Promise<void> => {
  if (process.argv.includes('--help')) return console.log(usage);
  let config: NamesConfig;
  try {
    config = readConfig(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`restow-names cannot be called like this (${messageOf(error)}); --help lists its options.`);
    process.exit(2);
  }
  await runNames(config, {
    log: openLog('restow-names'),
    signal: askedToEnd(),
    onReady: (at) => console.log(`restow-names ready ${JSON.stringify(at)}`),
  });
};

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
