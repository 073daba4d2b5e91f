import { RestowError } from '@restow/shared/base/errors';
import type { Store } from '../ports/store.ts';
import type { Access, OneWriter } from './one-writer.ts';

type StoreRows = Omit<Store, 'transaction' | 'close'>;

/** A store whose rows are reached through `writer`: outside of transactions one way, inside each another. */
export const storeOver = <Rows>(writer: OneWriter<Rows>, rowsOver: (access: Access<Rows>) => StoreRows): Store => ({
  ...rowsOver(writer),
  transaction: (work) => writer.transaction((access) => work({ ...rowsOver(access), ...notInside })),
  close: () => writer.close(),
});

const refuse = async (): Promise<never> => {
  throw new RestowError(
    'internal',
    'A transaction of the store was asked to open another one, or to close the store: transactions do not nest.',
  );
};

const notInside: Pick<Store, 'transaction' | 'close'> = { transaction: refuse, close: refuse };
