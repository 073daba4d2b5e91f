import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RestowError } from '@restow/shared/base/errors';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { Logger } from 'pino';

/** What a node needs to forward as before when it starts and its coordinator is not there. */
export interface RememberedNetwork {
  overlaySubnet: string;
  vxlanId: number;
  /** Absent, as are the next two, in what an earlier agent wrote: then it was the default. */
  vxlanPort?: number;
  mtu?: number;
  /** The cluster's; the node may have one of its own. */
  nodeSubnet?: string;
  underlay: string;
  endpoints: EndpointTable;
}

/** What an agent keeps on disk. The engine is the truth of everything else. */
export interface NodeMemory {
  /** Made at the first start. */
  readonly nodeId: string;
  /** As last remembered; `null` before that, and when the file cannot be read as one (every session brings it anew). */
  readonly network: RememberedNetwork | null;
  /** Writes it, soon: of several in a row the last. Whoever reads the file sees the old one or the new one. */
  remember(network: RememberedNetwork): void;
  /** Resolves when what was remembered is on the disk. */
  flush(): Promise<void>;
}

const networkFile = 'endpoints.json';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Opens the data directory, making what is missing. Throws `failed-precondition` naming the path that is the matter. */
export const openNodeMemory = async (dataDir: string, log: Logger): Promise<NodeMemory> => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const nodeId = await readOrMakeId(join(dataDir, 'node-id'));
    return new FileMemory(nodeId, join(dataDir, networkFile), log);
  } catch (error) {
    if (error instanceof RestowError) throw error;
    throw new RestowError(
      'failed-precondition',
      `The data directory ${dataDir} cannot be used (${messageOf(error)}); give another one with --data, or make it writable.`,
      { cause: error },
    );
  }
};

/** What a node that left must not make anew at its next start: by then it may be told otherwise. */
export const forgetNetwork = (dataDir: string): Promise<void> => rm(join(dataDir, networkFile), { force: true });

class FileMemory implements NodeMemory {
  readonly nodeId: string;
  readonly #file: string;
  readonly #log: Logger;
  #network: RememberedNetwork | null;
  #unwritten: RememberedNetwork | null = null;
  #writing: Promise<void> | null = null;

  constructor(nodeId: string, file: string, log: Logger) {
    this.nodeId = nodeId;
    this.#file = file;
    this.#log = log;
    this.#network = readNetwork(file);
  }

  get network(): RememberedNetwork | null {
    return this.#network;
  }

  remember(network: RememberedNetwork): void {
    this.#network = this.#unwritten = network;
    this.#writing ??= this.#write();
  }

  async flush(): Promise<void> {
    await this.#writing;
  }

  /** The node works with the table already and nobody waits for this: a disk that refuses is for the log only. */
  async #write(): Promise<void> {
    while (this.#unwritten) {
      const network = this.#unwritten;
      this.#unwritten = null;
      await writeWhole(this.#file, `${JSON.stringify(network)}\n`).catch((error: unknown) => {
        this.#log.warn({ err: error }, `${this.#file} cannot be written: after a restart the last one counts`);
      });
    }
    this.#writing = null;
  }
}

const readOrMakeId = async (file: string): Promise<string> => {
  const text = readIfThere(file)?.trim();
  if (text === undefined) {
    const id = randomUUID();
    await writeWhole(file, `${id}\n`);
    return id;
  }
  if (uuid.test(text)) return text;
  throw new RestowError(
    'failed-precondition',
    `${file} does not hold a version-4 uuid; put this node's id back, as \`restow node inspect\` shows it, or remove the file for a new node.`,
  );
};

const readNetwork = (file: string): RememberedNetwork | null => {
  const text = readIfThere(file);
  try {
    const read = JSON.parse(text ?? 'null') as RememberedNetwork | null;
    return read && Array.isArray(read.endpoints?.endpoints) ? read : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const writeWhole = async (file: string, text: string): Promise<void> => {
  const written = await open(`${file}.new`, 'w', 0o600);
  try {
    await written.writeFile(text);
    await written.sync();
  } finally {
    await written.close();
  }
  await rename(`${file}.new`, file);
};
