import type { Candidate } from '../candidate.ts';

/** One shell's way to ask for completion. */
export interface Shell {
  /** What the person loads; it calls `restow __complete SHELL WORDS...` at every TAB and offers what that prints. */
  script: string;
  /** The command line as the shell handed it over. */
  read(words: string[]): { before: string[]; current: string; kept: number };
  /** One line of what `__complete` prints. `kept` as read: what the shell itself keeps of the word. */
  line(candidate: Candidate, kept: number): string;
}

/** Printed instead of words where files are what is wanted. */
export const filesLine = ':files';

/** Shells that know where words begin hand them over as they are. */
export const readWords = (words: string[]): { before: string[]; current: string; kept: number } => ({
  before: words.slice(0, -1),
  current: words.at(-1) ?? '',
  kept: 0,
});
