import { isUtf8 } from 'node:buffer';
import { isAbsolute, join } from 'node:path';
import protobuf, { type Field, type Type } from 'protobufjs';
import type { Problem } from '../base/errors.ts';
import { contract } from './load.ts';
import { BrokenOff, type Entry, entriesOf, shapes } from './message-entries.ts';

/** The largest number each type of number holds. */
const most: Record<string, bigint> = {
  bool: 2n ** 64n - 1n,
  uint32: 2n ** 32n - 1n,
  uint64: 2n ** 64n - 1n,
  int64: 2n ** 64n - 1n,
};

const problem = (field: string, message: string): Problem[] => [{ field, message }];

const checkEntries = (type: Type, bytes: Uint8Array, path: string): Problem[] => {
  const problems: Problem[] = [];
  const seen = new Map<number, number>();
  const prefix = path === '' ? '' : `${path}.`;
  try {
    for (const entry of entriesOf(bytes)) {
      const field = type.fieldsById[entry.id]?.resolve();
      const index = seen.get(entry.id) ?? 0;
      seen.set(entry.id, index + 1);
      if (field)
        problems.push(...checkEntry(field, entry, `${prefix}${field.name}${isList(field) ? `[${index}]` : ''}`));
      else if (saysSomething(entry))
        problems.push(
          ...problem(
            `${prefix}${entry.id}`,
            `this version's ${type.name} has no field of that number, and cannot do what it says`,
          ),
        );
    }
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
    problems.push(...problem(path, `is no ${type.name}: it breaks off in its middle`));
  }
  return problems;
};

const isList = ({ map, repeated }: Field): boolean => repeated && !map;

/** Zero asks for nothing: it is what another version has by default where this one has nothing at all. */
const saysSomething = ({ number, bytes }: Entry): boolean => number !== 0n || bytes.some((byte) => byte !== 0);

const checkEntry = ({ map, type, resolvedType }: Field, { shape, number, bytes }: Entry, at: string): Problem[] => {
  const expected = (what: string) => problem(at, `${what} is expected here, not ${shapes[shape]}`);
  if (map) return shape === 'bytes' ? checkPair(bytes, at) : expected('a list');
  if (resolvedType instanceof protobuf.Type)
    return shape === 'bytes' ? checkEntries(resolvedType, bytes, at) : expected('a message');
  if (type === 'string') {
    if (shape !== 'bytes') return expected('text');
    return isUtf8(bytes) ? [] : problem(at, 'is not text in UTF-8');
  }
  const limit = most[type];
  if (limit === undefined) throw new Error(`a message with ${at}, a ${type}, cannot be checked`);
  if (shape !== 'number') return expected('a number');
  return number <= limit ? [] : problem(at, `${number} is out of range: give a whole number from 0 to ${limit}`);
};

/** One of a map from text to text. */
const checkPair = (bytes: Uint8Array, at: string): Problem[] => {
  const isText = ({ shape, bytes: text }: Entry): boolean => shape === 'bytes' && isUtf8(text);
  try {
    const wrong = [...entriesOf(bytes)].find((entry) => !isText(entry));
    return wrong ? problem(at, `the ${wrong.id === 1 ? 'key' : 'value'} of an entry is not text in UTF-8`) : [];
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
    return problem(at, 'has an entry that breaks off in its middle');
  }
};

let loaded: protobuf.Root | undefined;

const contractTypes = (): protobuf.Root => {
  if (loaded) return loaded;
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (isAbsolute(target) ? target : join(contract.options.includeDirs[0]!, target));
  root.loadSync(contract.files).resolveAll();
  loaded = root;
  return root;
};

/**
 * What of a request in bytes is not as the contract has it, each with the path of its field: another kind of value, a
 * number its field cannot hold, text that is none, a field that this version does not know and that says something.
 * Those who decode protobuf take such bytes for something else, or for nothing, without a word. `path` is the method's,
 * such as `/restow.v1.Restow/Redeploy`.
 */
export const checkRequest = (path: string, bytes: Uint8Array): Problem[] => {
  const [, service = '', name = ''] = path.split('/');
  const method = contractTypes().lookupService(service).methods[name];
  if (!method?.resolvedRequestType) throw new Error(`the contract has no method ${path}`);
  return checkEntries(method.resolvedRequestType, bytes, '');
};
