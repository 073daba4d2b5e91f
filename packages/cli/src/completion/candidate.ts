/** One thing that may stand where the person types. */
export interface Candidate {
  word: string;
  /** What it is, for shells that show it beside the word; one line. */
  about: string;
}

/** What a shell is to offer: these, or the files it finds itself. */
export type Offer = Candidate[] | 'files';
