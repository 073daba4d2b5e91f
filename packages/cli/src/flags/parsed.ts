/** What a flag's text means, or why it means nothing: a sentence part that follows the flag's name. */
export type Parsed<Value> = { ok: true; value: Value } | { ok: false; message: string };

export const parsed = <Value>(value: Value): Parsed<Value> => ({ ok: true, value });

export const unparsed = (message: string): { ok: false; message: string } => ({ ok: false, message });
