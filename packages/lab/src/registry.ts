import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Daemon, matchInFile, startDaemon, whenReady } from './daemon.ts';
import { endProgram } from './pids.ts';

export interface RegistryOptions {
  /** The address to listen on. */
  host: string;
  /** Default 0: a free one. Give the old one to a registry that is started again. */
  port?: number;
  /** Its images, configuration and logs. Made when it is not there; never removed by us. */
  dir: string;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** A running registry of images, speaking plain HTTP. Disposing ends it and keeps its images. */
export interface Registry extends AsyncDisposable {
  /** `HOST:PORT`, as it stands in an image's name. */
  address: string;
  /** One line a request, in the Apache "combined" form. */
  accessLog: string;
  daemon: Daemon;
}

const configuration = (options: RegistryOptions): string => `version: 0.1
log:
  level: info
  accesslog:
    disabled: false
storage:
  filesystem:
    rootdirectory: ${JSON.stringify(join(options.dir, 'images'))}
  delete:
    enabled: true
  maintenance:
    uploadpurging:
      enabled: false
http:
  addr: ${JSON.stringify(`${options.host}:${options.port ?? 0}`)}
  secret: one-registry-alone-needs-none
health:
  storagedriver:
    enabled: false
`;

/** Variables that would override what the configuration says, or have it report to somebody. */
const withoutRegistrySettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(REGISTRY|OTEL)_/.test(name)));

/** Starts Docker's own registry. Resolves when it listens. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { dir } = options;
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'config.yml');
  const log = join(dir, 'registry.log');
  const accessLog = join(dir, 'access.log');
  await writeFile(file, configuration(options));
  await writeFile(log, '');
  const daemon = await startDaemon({
    what: 'registry',
    argv: ['docker-registry', 'serve', file],
    env: { ...withoutRegistrySettings(options.env ?? process.env), OTEL_TRACES_EXPORTER: 'none' },
    log,
    out: accessLog,
  });
  const port = await whenReady(daemon, { deadlineMs: 20_000, signal: options.signal }, async (signal) => {
    const [, heard] = await matchInFile(log, /listening on \S*?:(\d+)(?=["\s])/, signal);
    return Number(heard);
  });
  return {
    address: `${options.host}:${port}`,
    accessLog,
    daemon,
    [Symbol.asyncDispose]: () => endProgram(daemon.identity, 3_000),
  };
}
