/** One output of the program. */
export interface Out {
  write(text: string): void;
  /** A person looks at it as it is written. */
  isTTY: boolean;
  /** Width of the terminal in characters. */
  columns: number;
}

/** All of the world a command sees beside the coordinator, so that a test can be that world. */
export interface Io {
  /** Data: what was asked for, and nothing else. */
  stdout: Out;
  /** What people read on the way: progress, notes, errors. */
  stderr: Out;
  /** A person is there to be asked. */
  canAsk: boolean;
  /** Asks for a line, on stderr. Throws what `interrupted` says. Only where it can ask. */
  ask(question: string): Promise<string>;
  env: Record<string, string | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborted by Ctrl-C (or SIGTERM) with an `Interrupted`. */
  interrupted: AbortSignal;
}

/** The person, or a service manager, asked to stop. */
export class Interrupted extends Error {
  /** 130 for Ctrl-C, 143 for SIGTERM, as shells count. */
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}
