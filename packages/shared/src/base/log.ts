import { type Logger, pino } from 'pino';

/**
 * The log of one program: JSON lines on stderr, each written before the call returns, so that the last words of a
 * program that dies are there. stdout stays for what other programs read.
 */
export const openLog = (program: string, level: string = process.env.RESTOW_LOG_LEVEL ?? 'info'): Logger =>
  pino({ base: { program }, level, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
