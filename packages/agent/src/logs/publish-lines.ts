import { LogBatch } from '@restow/shared/bus/log-batch';
import type { ReadLine } from './read-on.ts';

/** A line waits at most this long for others to travel with. */
const gatherMs = 20;

/**
 * Sends lines in batches of 64 KiB or 20 ms, whichever is first, one on its way at a time: the next is gathered
 * meanwhile, and when that is full reading stops. Resolves with the number of lines when the lines have ended and the
 * last batch was sent; throws the first failure to send, after `stopReading`, which must end the lines.
 */
export const publishLines = async (
  lines: AsyncIterable<ReadLine>,
  send: (batch: LogBatch) => Promise<void>,
  stopReading: (why: unknown) => void,
): Promise<number> => {
  let count = 0;
  let batch = new LogBatch();
  let due = false;
  let timer: NodeJS.Timeout | undefined;
  let onItsWay: Promise<void> | null = null;
  let failure: { why: unknown } | null = null;

  const sendOff = (): void => {
    if (onItsWay || failure || !batch.complete) return;
    const ready = batch;
    batch = new LogBatch();
    due = false;
    clearTimeout(timer);
    onItsWay = send(ready).then(
      () => {
        onItsWay = null;
        if (due || batch.full) sendOff();
      },
      (why: unknown) => {
        onItsWay = null;
        failure = { why };
        stopReading(why);
      },
    );
  };
  const fallDue = (): void => {
    due = true;
    sendOff();
  };

  try {
    for await (const { entry, position } of lines) {
      if (batch.empty) timer = setTimeout(fallDue, gatherMs);
      batch.add(entry, position);
      count++;
      if (due) sendOff();
      while (batch.full && !failure) {
        sendOff();
        await onItsWay;
      }
      if (failure) break;
    }
    while ((onItsWay || batch.complete) && !failure) {
      sendOff();
      await onItsWay;
    }
  } catch (error) {
    // Lines that were stopped because sending failed say only that they were stopped.
    if (!failure) throw error;
  } finally {
    clearTimeout(timer);
    await onItsWay;
  }
  if (failure) throw (failure as { why: unknown }).why;
  return count;
};
