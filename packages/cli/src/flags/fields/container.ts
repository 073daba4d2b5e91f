import { pidModes } from '@restow/shared/domain/service';
import { Option } from 'commander';
import { fieldsUnder } from '../kinds-of-field.ts';
import { parseMemory, parseMemorySwap } from '../memory.ts';
import { type Parsed, parsed } from '../parsed.ts';
import { parseWholeNumber } from '../whole-number.ts';

const { list, one, text, toggle, word } = fieldsUnder('The container, as Docker has it:');

/** 0 is Docker's default, as with Docker. */
const parseShares = (given: string): Parsed<number | null> => {
  const shares = parseWholeNumber(given, 0);
  return shares.ok ? parsed(shares.value === 0 ? null : shares.value) : shares;
};

export const container = {
  memoryBytes: one(
    new Option('-m, --memory <amount>', 'hard memory limit, such as 256M; a bare number is megabytes; 0 is none'),
    parseMemory,
  ),
  memorySwapBytes: one(
    new Option('--memory-swap <amount>', 'limit of memory and swap together; -1: swap without limit; 0: the default'),
    parseMemorySwap,
  ),
  cpuShares: one(new Option('--cpushares, --cpu-shares <n>', 'relative weight, 1024 by itself'), parseShares),
  cpuset: text('--cpuset-cpus <cores>', 'cores it may run on, such as 0-1,3'),
  user: text('-u, --user <user>', 'USER or USER:GROUP, by name or number'),
  workingDir: text('-w, --workdir <path>', 'directory it starts in'),
  tty: toggle('--tty', 'with a terminal'),
  stdinOpen: toggle('-i, --interactive', 'with its standard input kept open'),
  privileged: toggle('--privileged', 'with all rights on the node'),
  capAdd: list('--cap-add <capability>', 'capability it gets, such as NET_ADMIN'),
  capDrop: list('--cap-drop <capability>', 'capability it loses'),
  devices: list('--device <file>', 'device of the node, such as /dev/fuse or /dev/x:/dev/y:rwm'),
  securityOpt: list('--security-opt <option>', 'such as no-new-privileges'),
  pid: word('--pid <mode>', "none: processes of its own; host: the node's", pidModes),
  cgroupParent: text('--cgroup-parent <cgroup>', 'cgroup it is put under'),
};
