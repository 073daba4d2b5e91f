import { readFile } from 'node:fs/promises';

/** Memory of a program as the kernel accounts it. MiB. */
export interface Resident {
  /** Every page it has in memory, those it shares with other programs included: what `ps` calls RSS. */
  rss: number;
  /** Shared pages divided among who shares them. */
  pss: number;
  /** Pages nobody else has: what is free again when it ends. */
  own: number;
}

/** Of the text of `/proc/PID/smaps_rollup`. Throws when that is not one. Pure. */
export const residentOf = (rollup: string): Resident => {
  const mebibytes = (field: string): number => {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1];
    if (found === undefined) throw new RangeError(`The kernel's account of a program's memory has no ${field}`);
    return Number(found) / 1024;
  };
  return {
    rss: mebibytes('Rss'),
    pss: mebibytes('Pss'),
    own: mebibytes('Private_Clean') + mebibytes('Private_Dirty'),
  };
};

export const readResident = async (pid: number): Promise<Resident> =>
  residentOf(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'));

/** Milliseconds of processor time a program has had, those of programs it started and saw end included. */
export const processorMs = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const times = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  // In ticks of the kernel's clock for programs, a hundred a second on every Linux there is.
  return times.reduce((sum, ticks) => sum + Number(ticks), 0) * 10;
};
