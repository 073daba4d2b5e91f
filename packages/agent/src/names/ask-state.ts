import { createSocket } from 'node:dgram';
import { decode, encode } from 'dns-packet';
import { type NamesState, stateQuestion } from './answering.ts';

/** It is on this machine: one that works has answered long before. Milliseconds. */
const answersWithinMs = 1000;

/** What whoever answers DNS at this address of this machine says of itself; `null`: nobody does, or somebody else. */
export const askState = (address: string, port = 53): Promise<NamesState | null> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (state: NamesState | null) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.close();
      resolve(state);
    };
    const timer = setTimeout(() => end(null), answersWithinMs);
    socket.on('error', () => end(null));
    socket.on('message', (message) => end(stateIn(message)));
    socket.on('connect', () => socket.send(encode({ type: 'query', questions: [{ ...stateQuestion }] })));
    socket.connect(port, address);
  });

const stateIn = (message: Buffer): NamesState | null => {
  try {
    const [record] = decode(message).answers ?? [];
    const state = record?.type === 'TXT' ? (JSON.parse(String(record.data)) as NamesState) : null;
    return state?.program === 'restow-names' ? state : null;
  } catch {
    // Whatever it is that answers there, it is not ours.
    return null;
  }
};
