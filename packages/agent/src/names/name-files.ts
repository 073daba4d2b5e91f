import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asker, NamedEndpoint } from './zone.ts';

/*
 * What the agent tells the program that answers. Files, so that either of the two may be killed and started again at any
 * time: each is written whole and put in its place at once, so whoever reads one sees the old one or the new one.
 */

/** Who asks, and where they are answered. `DATA/names/node.json`. */
export interface NodeFile {
  nodeId: string;
  /** Where to listen: the node bridge's address. */
  address: string;
  /** The node network. Nobody else is answered. */
  subnet: string;
  overlaySubnet: string;
  askers: Asker[];
}

/** Where names lead. `DATA/names/endpoints.json`. */
export interface EndpointsFile {
  version: number;
  endpoints: NamedEndpoint[];
}

export const nodeFileName = 'node.json';
export const endpointsFileName = 'endpoints.json';

/** Where an agent with this data directory keeps them. */
export const namesDir = (dataDir: string): string => join(dataDir, 'names');

/** Grows when either of the two must not read what the other wrote. */
const format = 1;

/** Puts a file in its place. Not flushed to the disk: after a power cut the agent writes it anew. */
export const writeNameFile = async (dir: string, name: string, content: NodeFile | EndpointsFile): Promise<void> => {
  const file = join(dir, name);
  await writeFile(`${file}.new`, `${JSON.stringify({ format, ...content })}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
};

/** Takes them away; the directory stays, since somebody watches it. Safe to repeat. */
export const removeNameFiles = async (dir: string): Promise<void> => {
  for (const name of [nodeFileName, endpointsFileName]) await rm(join(dir, name), { force: true });
};

/** `null`: it is not there (yet), or another release wrote it. Throws when it cannot be read. */
const readFile = <Content>(dir: string, name: string): Content | null => {
  try {
    const read = JSON.parse(readFileSync(join(dir, name), 'utf8')) as (Content & { format?: number }) | null;
    return read?.format === format ? read : null;
  } catch (error) {
    // Cut short by a power failure it says as much as none.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
};

export const readNodeFile = (dir: string): NodeFile | null => readFile<NodeFile>(dir, nodeFileName);
export const readEndpointsFile = (dir: string): EndpointsFile | null => readFile<EndpointsFile>(dir, endpointsFileName);
