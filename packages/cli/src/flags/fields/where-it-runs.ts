import { strategies } from '@restow/shared/domain/service';
import type { FieldFlags } from '../field-flags.ts';
import { fieldsUnder } from '../kinds-of-field.ts';
import { repeatable } from '../options.ts';

const group = 'Where it runs:';
const { word } = fieldsUnder(group);

const tagOption = repeatable('--tag <tag>', 'deploy tag: only nodes that carry all of them');

const tags: FieldFlags<string[]> = {
  group,
  options: [tagOption],
  read: (reader, old) => {
    const given = reader.texts(tagOption);
    return given ? [...new Set(given)].sort() : old;
  },
};

export const whereItRuns = {
  tags,
  strategy: word('--deployment-strategy <name>', 'how they are spread over the nodes', strategies),
};
