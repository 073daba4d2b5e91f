import { type ErrorCode, messageOf, RestowError } from '@restow/shared/base/errors';

/** SQLite's primary result codes that a person can do something about, and what. */
const faults: Record<number, { code: ErrorCode; what: string; remedy: string }> = {
  5: { code: 'unavailable', what: 'is in use by another program', remedy: 'end that program, then try again' },
  6: { code: 'unavailable', what: 'is in use by another program', remedy: 'end that program, then try again' },
  8: {
    code: 'internal',
    what: 'may not be written to',
    remedy: 'give the user of the coordinator the right to write there',
  },
  10: {
    code: 'internal',
    what: 'could not be read or written',
    remedy: 'check the disk, then start the coordinator again',
  },
  11: { code: 'internal', what: 'is damaged', remedy: 'put it aside and restore a copy of it' },
  13: { code: 'unavailable', what: 'has no room to grow: its disk is full', remedy: 'free space on that disk' },
  14: {
    code: 'internal',
    what: 'could not be opened',
    remedy: 'check that its folder exists, that it is a file, and that the user of the coordinator may write there',
  },
  26: {
    code: 'internal',
    what: 'is not a database',
    remedy: 'give the path of a store, or of a file that does not exist yet',
  },
};

const constraint = 19;

const resultCode = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : null;

/**
 * What SQLite threw, as an error that names the path and what to do. A broken constraint stays as it is, for the row
 * that knows what it means; so does all that is not SQLite's.
 */
export const explainFault = (path: string, error: unknown): unknown => {
  const code = resultCode(error);
  if (code === null || (code & 255) === constraint) return error;
  const fault = faults[code & 255];
  return fault
    ? new RestowError(fault.code, `The store ${path} ${fault.what} (${messageOf(error)}): ${fault.remedy}.`, {
        cause: error,
      })
    : new RestowError('internal', `The store ${path} refused a statement: ${messageOf(error)}.`, { cause: error });
};

/** The columns of the unique constraint or primary key that was broken, such as `slots.address`; else `null`. */
const takenColumns = (error: unknown): string[] | null => {
  const code = resultCode(error);
  if (code !== 2067 && code !== 1555) return null;
  return messageOf(error)
    .replace(/^UNIQUE constraint failed: /, '')
    .split(', ');
};

/** Runs a statement; when a row with the same unique columns stands in its way, throws what `refusal` makes of them. */
export const unlessTaken = async <T>(
  statement: Promise<T>,
  refusal: (columns: string[]) => RestowError,
): Promise<T> => {
  try {
    return await statement;
  } catch (error) {
    const columns = takenColumns(error);
    throw columns ? refusal(columns) : error;
  }
};
