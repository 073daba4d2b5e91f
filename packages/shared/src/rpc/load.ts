import { join } from 'node:path';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ProtoGrpcType as AgentTypes } from './gen/agent.ts';
import type { ProtoGrpcType as ApiTypes } from './gen/api.ts';

/** The folder of the contract; as far from this file in `src` as from the built one in `dist`. */
const protoFolder = join(import.meta.dirname, '../../../../proto');

/** The contract's files, as proto-loader is told of them. */
export const contract = {
  files: ['restow/v1/api.proto', 'restow/v1/agent.proto'],
  options: { includeDirs: [protoFolder], longs: Number, enums: String, defaults: true, oneofs: true },
};

/** Both doors as proto-loader makes them: client constructors, and `service` definitions for a server. */
export interface RestowRpc {
  Restow: ApiTypes['restow']['v1']['Restow'];
  AgentSession: AgentTypes['restow']['v1']['AgentSession'];
}

let loaded: RestowRpc | undefined;

/**
 * Reads the contract from `proto/`, with the options the generated types in `gen/` were made with. Read once; what it
 * returns never changes.
 */
export const loadRestow = (): RestowRpc => {
  loaded ??= read();
  return loaded;
};

const read = (): RestowRpc => {
  const definition = loadSync(contract.files, contract.options);
  const types = loadPackageDefinition(definition) as unknown as ApiTypes & AgentTypes;
  return { Restow: types.restow.v1.Restow, AgentSession: types.restow.v1.AgentSession };
};
