import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import descriptor, { type IDescriptorProto, type IFileDescriptorProto } from 'protobufjs/ext/descriptor/index.js';
import { expect, test } from 'vitest';
import { describeContract } from './describe-contract.ts';
import { contract } from './load.ts';

/** Every message of a package's descriptors by its full name, entries of maps among them. */
const messagesOf = (definition: PackageDefinition): Map<string, IDescriptorProto> => {
  const found = new Map<string, IDescriptorProto>();
  const add = (prefix: string) => (message: IDescriptorProto) => {
    found.set(`${prefix}.${message.name}`, message);
    message.nestedType?.forEach(add(`${prefix}.${message.name}`));
  };
  for (const { fileDescriptorProtos } of Object.values(definition))
    for (const bytes of Array.isArray(fileDescriptorProtos) ? fileDescriptorProtos : []) {
      const file = descriptor.FileDescriptorProto.decode(bytes) as IFileDescriptorProto;
      file.messageType?.forEach(add(file.package ?? ''));
    }
  return found;
};

const fieldOf = (messages: Map<string, IDescriptorProto>, message: string, name: string) =>
  messages.get(message)?.field?.find((field) => field.name === name);

const described = messagesOf(describeContract());

test('a map has its entry by the name every other compiler gives it', () => {
  const env = fieldOf(described, 'restow.v1.ServiceDefinition', 'env');
  expect(env).toMatchObject({ typeName: '.restow.v1.ServiceDefinition.EnvEntry', label: 3 });
  expect(described.get('restow.v1.ServiceDefinition.EnvEntry')).toMatchObject({
    options: { mapEntry: true },
    field: [
      { name: 'key', number: 1, jsonName: 'key' },
      { name: 'value', number: 2, jsonName: 'value' },
    ],
  });
  const misnamed = [...described].filter(([name, { options }]) => options?.mapEntry && !name.endsWith('Entry'));
  expect(misnamed).toEqual([]);
});

test('an optional field is told from one of a group', () => {
  expect(fieldOf(described, 'restow.v1.UpdatePolicy', 'gate')).toMatchObject({ proto3Optional: true });
  const ofAGroup = fieldOf(described, 'restow.v1.DeploymentEvent', 'accepted');
  expect(ofAGroup).toMatchObject({ oneofIndex: 0 });
  expect(ofAGroup).not.toHaveProperty('proto3Optional', true);
  expect(fieldOf(described, 'restow.v1.UpdatePolicy', 'order')).not.toHaveProperty('proto3Optional', true);
});

test('a type is named so that it means the same from everywhere', () => {
  const types = [...described.values()].flatMap(({ field = [] }) => field.flatMap(({ typeName }) => typeName || []));
  expect(types.length).toBeGreaterThan(50);
  expect(types.filter((name) => !described.has(name.slice(1)))).toEqual([]);
  expect(fieldOf(described, 'restow.v1.DeploymentEvent', 'progress')).toMatchObject({
    typeName: '.restow.v1.DeploymentEvent.Progress',
  });
});

test('fields have the names of the contract, and those of its JSON beside them', () => {
  expect(fieldOf(described, 'restow.v1.UpdatePolicy', 'min_running_ms')).toMatchObject({ jsonName: 'minRunningMs' });
  expect(fieldOf(described, 'restow.v1.UpdatePolicy', 'minRunningMs')).toBeUndefined();
});

test('what the loader makes by itself lacks all of it; the day it does not, nothing is left to mend', () => {
  const bare = messagesOf(loadSync(contract.files, { ...contract.options, keepCase: true }));
  expect(fieldOf(bare, 'restow.v1.ServiceDefinition', 'env')?.typeName).toBe('Env');
  expect(fieldOf(bare, 'restow.v1.ServiceDefinition', 'update')?.typeName).toBe('UpdatePolicy');
  expect(fieldOf(bare, 'restow.v1.UpdatePolicy', 'gate')).not.toHaveProperty('proto3Optional', true);
  expect(fieldOf(bare, 'restow.v1.UpdatePolicy', 'min_running_ms')?.jsonName).toBe('');
});
