import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

/** What came back of the numbers a client sent, in the order it came: who answered which. */
export interface Answered {
  number: number;
  by: string;
}

/** A client on the machine, outside of all hosts, that sends numbers by UDP from one and the same port. */
export interface UdpClient {
  answers: readonly Answered[];
  /** How many it has sent. */
  sent(): number;
  /** Sends no more; resolves when there was time for the last answers. Safe to repeat. */
  stop(): Promise<void>;
}

/** For what is on its way when the client stops. Milliseconds. */
const lastAnswersMs = 200;

/** Sends a number every `everyMs` to an application that answers with its name and what it was sent. */
export const startUdpClient = async (host: string, port: number, everyMs: number): Promise<UdpClient> => {
  const socket = createSocket('udp4');
  const answers: Answered[] = [];
  let sent = 0;
  // A port nobody listens on says so, now and then; what counts is what is answered.
  socket.on('error', () => undefined);
  socket.on('message', (message) => {
    const [by = '', number] = message.toString().trim().split(' ');
    answers.push({ number: Number(number), by });
  });
  socket.connect(port, host);
  await once(socket, 'connect');
  let stopped: Promise<void> | undefined;
  const timer = setInterval(() => socket.send(`${++sent}\n`, () => undefined), everyMs);
  return {
    answers,
    sent: () => sent,
    stop: () => {
      clearInterval(timer);
      stopped ??= setTimeout(lastAnswersMs).then(() => void socket.close());
      return stopped;
    },
  };
};
