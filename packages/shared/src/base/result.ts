/**
 * An outcome the caller is expected to branch on. Broken worlds (an engine that does not answer, a bug) are thrown;
 * refusals and "not possible, because" are values.
 */
export type Result<Value, Refusal> = { ok: true; value: Value } | { ok: false; refusal: Refusal };

export const ok = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });

export const refused = <Refusal>(refusal: Refusal): { ok: false; refusal: Refusal } => ({ ok: false, refusal });
