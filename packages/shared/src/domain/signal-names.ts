const named =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS';

/** Real-time signals count from both ends; an init in a container may be asked by one of them to end. */
const realTime = [
  'RTMIN',
  ...Array.from({ length: 15 }, (_, step) => `RTMIN+${step + 1}`),
  ...Array.from({ length: 14 }, (_, step) => `RTMAX-${14 - step}`),
  'RTMAX',
];

/** Every name Linux and the engine know a signal by, with and without `SIG`. */
export const signalNames: ReadonlySet<string> = new Set(
  [...named.split(' '), ...realTime].flatMap((name) => [`SIG${name}`, name]),
);
