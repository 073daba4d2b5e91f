import { autodestroys, autorestarts } from '@restow/shared/domain/service';
import { Option } from 'commander';
import { parseDuration } from '../duration.ts';
import type { FieldFlags } from '../field-flags.ts';
import { fieldsUnder } from '../kinds-of-field.ts';

const group = 'How it ends:';
const { one, word } = fieldsUnder(group);

const signalOption = new Option(
  '--stop-signal <signal>',
  "signal that asks a container to end (default: the image's own)",
);

/** `term` is SIGTERM, as with kill(1). */
const signalFrom = (text: string): string | null =>
  text === '' ? null : text.toUpperCase().replace(/^(?!SIG|\d)/, 'SIG');

const stopSignal: FieldFlags<string | null> = {
  group,
  options: [signalOption],
  read: (reader, old) => {
    const text = reader.text(signalOption);
    return text === undefined ? old : signalFrom(text);
  },
};

export const ending = {
  stopSignal,
  stopGraceMs: one(new Option('--stop-grace <time>', 'time to end before it is killed, such as 10s'), parseDuration),
  autorestart: word(
    '--autorestart <when>',
    'when one that ended is started again, pausing longer each time',
    autorestarts,
  ),
  autodestroy: word('--autodestroy <when>', 'when one that ended and is not started again is removed', autodestroys),
};
