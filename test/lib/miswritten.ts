import {
  create,
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  ScalarType,
} from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { describeContract } from '@restow/shared/rpc/describe-contract';

/** A message in which one field travels as what its type never does. */
export interface Miswritten {
  /** Of the field, such as `ports[0].hostPort`. */
  path: string;
  says: string;
  bytes: Uint8Array;
}

/** For every field of a type of the contract, and of what that is made of: the messages in which it is of another type. */
export const miswritten = (typeName: string): Miswritten[] => {
  const { fileDescriptorProtos } = describeContract()[typeName]!;
  const file = [fileDescriptorProtos as Buffer[]].flat().map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const type = createFileRegistry(create(FileDescriptorSetSchema, { file })).getMessage(typeName);
  if (!type) throw new Error(`the contract has no ${typeName}`);
  return ofType(type, '', (bytes) => bytes);
};

const tagged = (id: number, how: WireType): BinaryWriter => new BinaryWriter().tag(id, how);
const number = (id: number): Uint8Array => tagged(id, WireType.Varint).uint32(1).finish();
const text = (id: number): Uint8Array => tagged(id, WireType.LengthDelimited).string('1').finish();
const eight = (id: number): Uint8Array => tagged(id, WireType.Bit64).double(Number.NaN).finish();
const inside = (id: number, bytes: Uint8Array): Uint8Array =>
  tagged(id, WireType.LengthDelimited).bytes(bytes).finish();

const isNumber = ({ fieldKind, scalar }: DescField): boolean => fieldKind === 'scalar' && scalar !== ScalarType.STRING;

const ofType = ({ fields }: DescMessage, prefix: string, wrap: (bytes: Uint8Array) => Uint8Array): Miswritten[] =>
  fields.flatMap((field) => {
    const { number: id, localName, fieldKind, message } = field;
    const path = `${prefix}${localName}${fieldKind === 'list' ? '[0]' : ''}`;
    const wrong = [
      isNumber(field) ? { says: 'text', bytes: text(id) } : { says: 'a number', bytes: number(id) },
      { says: 'eight bytes that are not a number', bytes: eight(id) },
    ];
    const within =
      fieldKind !== 'map' && message ? ofType(message, `${path}.`, (bytes) => wrap(inside(id, bytes))) : [];
    return [...wrong.map(({ says, bytes }) => ({ path, says, bytes: wrap(bytes) })), ...within];
  });

/** A request to make a service, with these bytes for its definition. */
export const createRequest = (name: string, definition: Uint8Array): Uint8Array =>
  new BinaryWriter().tag(1, WireType.LengthDelimited).string(name).raw(inside(2, definition)).finish();
