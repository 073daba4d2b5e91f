/**
 * How long a node that is only asked something may be without a session before it counts as not answering: longer than its
 * agent takes to start again, shorter than anybody likes to wait for a plan. Milliseconds.
 */
export const questionAbsenceMs = 3_000;
