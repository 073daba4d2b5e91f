import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { type Ledger, OneWriter } from './one-writer.ts';

/** A ledger that writes down what is asked of it; its rows are that list. `fails` is thrown by the outermost commit. */
const ledger = (fails?: Error): Ledger<string[]> & { said: string[]; standing: boolean } => {
  const said: string[] = [];
  let depth = 0;
  const say = (what: string, change: number) => {
    if (change > 0) depth++;
    said.push(`${what} ${depth}`);
    if (change < 0) depth--;
  };
  return {
    said,
    committed: ['committed'],
    changing: said,
    standing: true,
    begin: () => say('begin', 1),
    commit: () => {
      if (depth === 1 && fails) throw fails;
      say('commit', -1);
    },
    rollback: () => say('rollback', -1),
    close: () => said.push('close'),
  };
};

const write = (text: string) => async (rows: string[]) => {
  rows.push(text);
  return text;
};

const refusing = (text: string) => async () => {
  throw new Error(text);
};

describe('changes that come in together', () => {
  test('share one commit, each all or nothing by itself', async () => {
    const book = ledger();
    const writer = new OneWriter(book);
    const answers = await Promise.allSettled([
      writer.write(write('a')),
      writer.write(refusing('no')),
      writer.write(write('c')),
    ]);
    expect(answers).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: new Error('no') },
      { status: 'fulfilled', value: 'c' },
    ]);
    const each = ['begin 2', 'a', 'commit 2', 'begin 2', 'rollback 2', 'begin 2', 'c', 'commit 2'];
    expect(book.said).toEqual(['begin 1', ...each, 'commit 1']);
  });

  test('are all refused when their commit fails, and the next ones get their turn', async () => {
    const full = new Error('disk full');
    const book = ledger(full);
    const writer = new OneWriter(book);
    const both = await Promise.allSettled([writer.write(write('a')), writer.write(write('b'))]);
    expect(both.map((answer) => answer.status === 'rejected' && answer.reason)).toEqual([full, full]);
    expect(book.said.at(-1)).toBe('rollback 1');
    await expect(writer.write(write('c'))).rejects.toBe(full);
  });

  test('are all refused, with what happened, when the database gives up their transaction', async () => {
    const fault = new Error('the disk is gone');
    const book = ledger();
    const writer = new OneWriter(book);
    const both = await Promise.allSettled([
      writer.write(write('a')),
      writer.write(async () => {
        book.standing = false;
        throw fault;
      }),
    ]);
    expect(both.map((answer) => answer.status === 'rejected' && answer.reason)).toEqual([fault, fault]);
    expect(book.said).not.toContain('commit 1');
  });

  test('do not keep the event loop from other work while more of them come in', async () => {
    const writer = new OneWriter(ledger());
    let writing = true;
    let turns = 0;
    const count = () => {
      turns++;
      if (writing) setImmediate(count);
    };
    setImmediate(count);
    for (let number = 0; number < 10; number++) await writer.write(write('x'));
    writing = false;
    expect(turns).toBeGreaterThanOrEqual(9);
  });
});

describe('a transaction', () => {
  test('has a commit of its own, so that it may wait for what was asked for before it', async () => {
    const writer = new OneWriter(ledger());
    const before = writer.write(write('before'));
    await writer.transaction(async (inside) => {
      expect(await before).toBe('before');
      await inside.write(write('inside'));
    });
  });

  test('ends only when all that was begun in it has ended, awaited or not', async () => {
    const book = ledger();
    await new OneWriter(book).transaction(async (inside) => {
      void inside.write(async (rows) => {
        await new Promise((resolve) => setImmediate(resolve));
        rows.push('late');
      });
    });
    expect(book.said).toEqual(['begin 1', 'begin 2', 'begin 3', 'late', 'commit 3', 'commit 2', 'commit 1']);
  });

  test('undoes alone a change that was refused inside it', async () => {
    const book = ledger();
    await new OneWriter(book).transaction(async (inside) => {
      await expect(inside.write(refusing('no'))).rejects.toThrow('no');
      await inside.write(write('yes'));
    });
    const changes = ['begin 3', 'rollback 3', 'begin 3', 'yes', 'commit 3'];
    expect(book.said).toEqual(['begin 1', 'begin 2', ...changes, 'commit 2', 'commit 1']);
  });

  test('runs as its caller, not as whoever wrote first', async () => {
    const who = new AsyncLocalStorage<string>();
    const writer = new OneWriter(ledger());
    const first = who.run('first', () => writer.write(write('a')));
    const second = who.run('second', () => writer.transaction(async () => who.getStore()));
    await first;
    expect(await second).toBe('second');
  });
});

describe('closing', () => {
  test('waits for a transaction under way', async () => {
    const book = ledger();
    const writer = new OneWriter(book);
    const goOn = Promise.withResolvers<void>();
    const transaction = writer.transaction(async (inside) => {
      await goOn.promise;
      await inside.write(write('last'));
    });
    const closed = writer.close();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(book.said).not.toContain('close');
    goOn.resolve();
    await Promise.all([transaction, closed]);
    expect(book.said.slice(-3)).toEqual(['commit 2', 'commit 1', 'close']);
  });

  test('waits for a read under way', async () => {
    const book = ledger();
    const writer = new OneWriter(book);
    const read = writer.read(async (rows) => {
      for (let turn = 0; turn < 20; turn++) await null;
      return [...rows, ...book.said];
    });
    await writer.close();
    expect(await read).toEqual(['committed']);
    expect(book.said).toEqual(['close']);
  });
});
