import { createSocket } from 'node:dgram';

/** Answers DNS of one host: `outside.test` is 192.0.2.7, and there is no other name in the world. */
const socket = createSocket('udp4', (asked, { port, address }) => {
  const end = asked.indexOf(0, 12) + 5;
  const isKnown = asked.toString('latin1', 12, end - 5) === '\x07outside\x04test' && asked.readUInt16BE(end - 4) === 1;
  const head = Buffer.from(asked.subarray(0, 12));
  head.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(isKnown ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  // A, of a minute, by a pointer to the name in the question.
  const record = Buffer.from('c00c000100010000003c0004c0000207', 'hex');
  socket.send(Buffer.concat([head, asked.subarray(12, end), ...(isKnown ? [record] : [])]), port, address);
});
socket.bind(53, '127.0.0.1', () => console.log('ready'));
process.stdin.on('end', () => process.exit(0)).resume();
