import type { LogLineView } from '@restow/shared/domain/view';

/** Longest line put together again; what is longer is shown in pieces of about this size. Characters. */
const longest = 1_000_000;

/** Puts lines together that the engine broke into pieces, each instance's streams for themselves. */
export class WholeLines {
  readonly #begun = new Map<string, LogLineView>();

  /** The whole line, when this piece ends one. */
  add(piece: LogLineView): LogLineView[] {
    const key = `${piece.instanceId} ${piece.stream}`;
    const begun = this.#begun.get(key);
    const line = begun ? { ...begun, line: begun.line + piece.line, partial: piece.partial } : piece;
    if (piece.partial && line.line.length < longest) {
      this.#begun.set(key, line);
      return [];
    }
    this.#begun.delete(key);
    return [line];
  }

  /** What was begun and never ended, when the log is over. */
  rest(): LogLineView[] {
    const rest = [...this.#begun.values()];
    this.#begun.clear();
    return rest;
  }
}
