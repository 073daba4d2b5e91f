import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import descriptor, {
  type IDescriptorProto,
  type IFieldDescriptorProto,
  type IFileDescriptorProto,
} from 'protobufjs/ext/descriptor/index.js';
import { contract } from './load.ts';

/**
 * The contract as reflection tells of it: names as `proto/` writes them, without comments. `others` are proto files of
 * further services at the same server. One descriptor file holds one whole package, such as `restow_v1.proto`.
 */
export const describeContract = (others: string[] = []): PackageDefinition => {
  const read = loadSync([...contract.files, ...others], { ...contract.options, keepCase: true });
  const mended = new Map<Buffer, Buffer>();
  const mend = (file: Buffer): Buffer => {
    const whole = mended.get(file) ?? mendFile(file);
    mended.set(file, whole);
    return whole;
  };
  return Object.fromEntries(
    Object.entries(read).map(([name, definition]) => [
      name,
      Array.isArray(definition.fileDescriptorProtos)
        ? { ...definition, fileDescriptorProtos: definition.fileDescriptorProtos.map(mend) }
        : definition,
    ]),
  ) as PackageDefinition;
};

type Message = Omit<IDescriptorProto, 'field' | 'nestedType'> & { field?: Field[]; nestedType?: Message[] };
type Field = IFieldDescriptorProto & { proto3Optional?: boolean };

/**
 * What protobufjs leaves out of the descriptors it makes, and protoc would have put in: names of map entries, the mark of
 * optional fields, names in JSON, and which message is meant by a name. Clients take descriptors at their word: grpcurl
 * refuses the whole file for the first of these, others for the last.
 */
const mendFile = (bytes: Buffer): Buffer => {
  const file = descriptor.FileDescriptorProto.decode(bytes) as IFileDescriptorProto & { messageType?: Message[] };
  const scope = `.${file.package ?? ''}`;
  const messages = file.messageType ?? [];
  for (const message of messages) mendMessage(message);
  const known = new Set([
    ...messages.flatMap((message) => namesIn(scope, message)),
    ...(file.enumType ?? []).map(({ name }) => `${scope}.${name}`),
  ]);
  for (const message of messages) nameTypes(scope, message, known);
  return Buffer.from(descriptor.FileDescriptorProto.encode(file).finish());
};

const mendMessage = ({ field: fields = [], nestedType = [], oneofDecl = [] }: Message): void => {
  for (const field of fields) {
    const name = field.name ?? '';
    field.jsonName = jsonNameOf(name);
    const entry = nestedType.find((nested) => nested.options?.mapEntry && nested.name === field.typeName);
    if (entry) entry.name = field.typeName = entryNameOf(name);
    // `optional` is a group of one; only its mark tells it from a `oneof` somebody wrote.
    if (Object.hasOwn(field, 'oneofIndex') && oneofDecl[field.oneofIndex!]?.name === `_${name}`)
      field.proto3Optional = true;
  }
  for (const nested of nestedType) mendMessage(nested);
};

/** As protoc derives it: `host_port` is `hostPort` in JSON. */
const jsonNameOf = (name: string): string => name.replace(/_+([^_]?)/g, (_, next: string) => next.toUpperCase());

const entryNameOf = (name: string): string => `${jsonNameOf(`_${name}`)}Entry`;

/** The full names of a message and all types inside it. */
const namesIn = (scope: string, { name, nestedType = [], enumType = [] }: Message): string[] => {
  const own = `${scope}.${name}`;
  return [own, ...enumType.map((one) => `${own}.${one.name}`), ...nestedType.flatMap((nested) => namesIn(own, nested))];
};

/** A name is looked up from where it is used, outwards; told to others, it must mean the same from everywhere. */
const nameTypes = (scope: string, { name, field: fields = [], nestedType = [] }: Message, known: Set<string>): void => {
  const own = `${scope}.${name}`;
  for (const field of fields) {
    if (!field.typeName || field.typeName.startsWith('.')) continue;
    const found = outwards(own).find((from) => known.has(`${from}.${field.typeName}`));
    if (found === undefined) throw new Error(`${own}.${field.name} is of type ${field.typeName}, which is not there`);
    field.typeName = `${found}.${field.typeName}`;
  }
  for (const nested of nestedType) nameTypes(own, nested, known);
};

/** `.a.b`, `.a` and the empty name, for `.a.b`. */
const outwards = (scope: string): string[] =>
  scope === '' ? [scope] : [scope, ...outwards(scope.slice(0, scope.lastIndexOf('.')))];
