/** Every label of ours begins so, and none that a person gives may: agents know their own containers by them. */
export const labelPrefix = 'io.restow.';
