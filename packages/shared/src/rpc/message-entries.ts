/** How a value travels, and in words what that may be. */
export const shapes = {
  number: 'a number',
  bytes: 'text, a list or a message',
  eight: 'eight bytes',
  four: 'four bytes',
} as const;
export type Shape = keyof typeof shapes;

/** By the lowest three bits of a tag. */
const shapesOnWire: Record<number, Shape> = { 0: 'number', 1: 'eight', 2: 'bytes', 5: 'four' };

/** One field as it stands in a message of protobuf. */
export interface Entry {
  /** The field's number. */
  id: number;
  shape: Shape;
  /** 0 unless that is its shape. */
  number: bigint;
  /** None where its shape is a number. */
  bytes: Uint8Array;
}

/** The bytes end before the message does, or go on as none can. */
export class BrokenOff extends Error {}

const longestVarint = 10;

/** A message taken apart without knowing its type, in the order it came. Throws `BrokenOff`. Pure. */
export const entriesOf = function* (bytes: Uint8Array): Generator<Entry, void, undefined> {
  let at = 0;
  const readNumber = (): bigint => {
    let number = 0n;
    for (let index = 0; index < longestVarint; index += 1) {
      const byte = bytes[at];
      at += 1;
      if (byte === undefined) break;
      number |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asUintN(64, number);
    }
    throw new BrokenOff();
  };
  const readBytes = (length: number): Uint8Array => {
    const end = at + length;
    if (end > bytes.length) throw new BrokenOff();
    const read = bytes.subarray(at, end);
    at = end;
    return read;
  };
  while (at < bytes.length) {
    const tag = Number(readNumber());
    const id = Math.floor(tag / 8);
    const shape = shapesOnWire[tag % 8];
    if (id === 0 || tag >= 2 ** 32 || shape === undefined) throw new BrokenOff();
    if (shape === 'number') yield { id, shape, number: readNumber(), bytes: bytes.subarray(at, at) };
    else {
      const length = shape === 'bytes' ? Number(readNumber()) : shape === 'eight' ? 8 : 4;
      yield { id, shape, number: 0n, bytes: readBytes(length) };
    }
  }
};
