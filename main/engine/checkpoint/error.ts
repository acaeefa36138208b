/** A checkpoint cannot be used. The message is one sentence with what to do. */
export class CheckpointError extends Error {}
