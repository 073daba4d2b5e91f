import type { CallOptions, RestowClient } from '@restow/shared/rpc/restow-client';
import { type Connection, readConnection } from './connection.ts';
import { worse } from './exit-codes.ts';
import type { Io } from './io.ts';

/** One run of the program: its world, its coordinator, and how it will end. */
export interface Cli extends Disposable {
  io: Io;
  /** Dials at the first call. Throws when no coordinator is known. */
  client(): RestowClient;
  /** What every call is given: Ctrl-C hangs up. */
  call: CallOptions;
  /** What was dialled; `null` as long as nothing was. */
  connection(): Connection | null;
  /** The run ends with this code, unless a worse one was or will be said. */
  endWith(exitCode: number): void;
  exitCode(): number;
  /** A sentence beside the data, on stderr; nothing once `beQuiet` was said. */
  note(sentence: string): void;
  /** --quiet: from now on only what was asked for, and errors. */
  beQuiet(): void;
}

/** `dial` is handed in so that whoever only reads the commands does not have to load gRPC. */
export const openCli = (io: Io, dial: (connection: Connection) => RestowClient): Cli => {
  let opened: { connection: Connection; client: RestowClient } | null = null;
  let code = 0;
  let quiet = false;
  const open = () => {
    const connection = readConnection(io.env);
    return { connection, client: dial(connection) };
  };
  return {
    io,
    call: { signal: io.interrupted },
    client: () => {
      opened ??= open();
      return opened.client;
    },
    connection: () => opened?.connection ?? null,
    endWith: (exitCode) => {
      code = worse(code, exitCode);
    },
    exitCode: () => code,
    note: (sentence) => {
      if (!quiet) io.stderr.write(`${sentence}\n`);
    },
    beQuiet: () => {
      quiet = true;
    },
    [Symbol.dispose]: () => opened?.client.close(),
  };
};
