import { isAbsolute, join } from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { defaultDefinition } from '../domain/service.ts';
import { checkRequest } from './check-request.ts';
import { contract, loadRestow } from './load.ts';
import { definitionToWire } from './wire-definition.ts';

const { service } = loadRestow().Restow;
const create = service.CreateService.path;

/** A message by hand: each field a number, a text, or a message of such. */
type Fields = [id: number, value: bigint | string | Uint8Array | Fields][];
const write = (fields: Fields): Uint8Array => {
  const writer = protobuf.Writer.create();
  for (const [id, value] of fields) {
    if (typeof value === 'bigint') writer.uint32(id * 8).int64(String(value));
    else if (typeof value === 'string') writer.uint32(id * 8 + 2).string(value);
    else writer.uint32(id * 8 + 2).bytes(value instanceof Uint8Array ? value : write(value));
  }
  return writer.finish();
};
/** With something in every field, and in every field of those that are messages. */
const filled = ({ fieldsArray }: protobuf.Type): Uint8Array =>
  write(
    fieldsArray.map((field) => {
      const { id, map, type, resolvedType } = field.resolve();
      if (map)
        return [
          id,
          [
            [1, 'key'],
            [2, 'value'],
          ],
        ];
      return [id, resolvedType instanceof protobuf.Type ? filled(resolvedType) : type === 'string' ? 'text' : 1n];
    }),
  );
const checked = (definition: Fields, name = 'web') =>
  checkRequest(
    create,
    write([
      [1, name],
      [2, definition],
    ]),
  ).map(({ field, message }) => `${field}: ${message}`);

describe('a request as the contract has it', () => {
  test('has nothing wrong', () => {
    const definition = definitionToWire({
      ...defaultDefinition('app:v1'),
      env: { ä: 'ö', '': '' },
      ports: [{ containerPort: 80, protocol: 'tcp', published: true, hostPort: 4_294_967_295 }],
      memoryBytes: Number.MAX_SAFE_INTEGER,
      memorySwapBytes: -1,
      healthCheck: { kind: 'none' },
    });
    expect(checkRequest(create, service.CreateService.requestSerialize({ name: 'web', definition }))).toEqual([]);
  });

  test.each(Object.values(service).map(({ path }) => path))('%s: each of its fields can be checked', (path) => {
    const root = new protobuf.Root();
    root.resolvePath = (_, target) => (isAbsolute(target) ? target : join(contract.options.includeDirs[0]!, target));
    const [, name = '', method = ''] = path.split('/');
    const type = root.loadSync(contract.files).resolveAll().lookupService(name).methods[method]!.resolvedRequestType!;
    expect(checkRequest(path, filled(type))).toEqual([]);
  });
});

describe('what is not', () => {
  test('another kind of value, wherever it is, all at once', () =>
    expect(
      checked([
        [1, 5n],
        [2, 'two'],
        [3, 'fits'],
        [3, 1n],
        [
          5,
          [
            [1, 'eighty'],
            [3, 'yes'],
          ],
        ],
        [5, 7n],
        [6, 1n],
        [
          6,
          [
            [1, 'KEY'],
            [2, 1n],
          ],
        ],
        [7, 1n],
        [
          19,
          [
            [7, 'true'],
            [20, '-1'],
          ],
        ],
      ]),
    ).toEqual([
      'definition.image: text is expected here, not a number',
      'definition.count: a number is expected here, not text, a list or a message',
      'definition.tags[1]: text is expected here, not a number',
      'definition.ports[0].containerPort: a number is expected here, not text, a list or a message',
      'definition.ports[0].exposedOnly: a number is expected here, not text, a list or a message',
      'definition.ports[1]: a message is expected here, not a number',
      'definition.env: a list is expected here, not a number',
      'definition.env: the value of an entry is not text in UTF-8',
      'definition.command: a message is expected here, not a number',
      'definition.settings.privileged: a number is expected here, not text, a list or a message',
      'definition.settings.memorySwapBytes: a number is expected here, not text, a list or a message',
    ]));

  test('numbers their field cannot hold', () =>
    expect(
      checked([
        [2, 2n ** 32n],
        [2, -1n],
        [14, 2n ** 32n - 1n],
        [11, -1n],
        [19, [[20, -1n]]],
      ]),
    ).toEqual([
      'definition.count: 4294967296 is out of range: give a whole number from 0 to 4294967295',
      'definition.count: 18446744073709551615 is out of range: give a whole number from 0 to 4294967295',
    ]));

  test('text that is none', () =>
    expect(
      checked([
        [1, Buffer.from([0xff])],
        [6, [[1, Buffer.from([0xc3])]]],
        [
          10,
          [
            [1, 'a'],
            [2, Buffer.from('\xff', 'latin1')],
          ],
        ],
      ]),
    ).toEqual([
      'definition.image: is not text in UTF-8',
      'definition.env: the key of an entry is not text in UTF-8',
      'definition.labels: the value of an entry is not text in UTF-8',
    ]));

  test('a field of another version that says something; one at its zero says nothing', () => {
    expect(
      checked([
        [4711, 'now'],
        [4712, 0n],
        [4713, ''],
        [19, [[99, 1n]]],
      ]),
    ).toEqual([
      "definition.4711: this version's ServiceDefinition has no field of that number, and cannot do what it says",
      "definition.settings.99: this version's ContainerSettings has no field of that number, and cannot do what it says",
    ]);
    expect(
      checked([
        [4712, 0n],
        [4713, ''],
      ]),
    ).toEqual([]);
  });

  test.each<[string, Uint8Array, string]>([
    ['a tag without its value', Buffer.from([0x0a]), ''],
    ['a text shorter than it says', Buffer.from([0x0a, 5, 0x41]), ''],
    ['a number without an end', Buffer.from([0x10, ...Array<number>(11).fill(0xff)]), ''],
    ['the end of a group', Buffer.from([0x0c]), ''],
    ['field number 0', Buffer.from([0x02, 0]), ''],
    ['a message cut off inside', write([[2, Buffer.from([0x0a, 5, 0x41])]]), 'definition'],
    ['an entry of a map cut off', write([[2, [[6, Buffer.from([0x0a, 5])]]]]), 'definition.env'],
  ])('%s', (_what, bytes, field) =>
    expect(checkRequest(create, bytes)).toEqual([
      { field, message: expect.stringContaining('breaks off in its middle') },
    ]),
  );
});
