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

/** A message with the fields' places in it; protobufjs types the numbers it gives as enums. */
type Message = Pick<IDescriptorProto, 'nestedType' | 'oneofDecl'> & { field?: Field[] };
type Field = IFieldDescriptorProto & { proto3Optional?: boolean };

/**
 * What protobufjs leaves out of the descriptors it makes, and protoc would have put in. Clients that take descriptors
 * at their word (all of Go, grpcurl among them) refuse the whole file where the entry of a map is misnamed.
 */
const mendFile = (bytes: Buffer): Buffer => {
  const file = descriptor.FileDescriptorProto.decode(bytes) as IFileDescriptorProto;
  for (const message of file.messageType ?? []) mendMessage(message);
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
