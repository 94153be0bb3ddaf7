/**
 * The errors of recordings.
 *
 * @module
 */

/** A text is not a recording, or not one that can be used here: of another version, cut or edited. */
export class RecordingError extends Error {
  /** The class's name. */
  override readonly name = "RecordingError";
  /** Tells this error from others in a `switch`. */
  readonly code = "RECORDING";
}

/**
 * A program does something else than it did when it was recorded: it was changed since, or it
 * depends on something that does not come through its platform.
 */
export class RecordingMismatchError extends Error {
  /** The class's name. */
  override readonly name = "RecordingMismatchError";
  /** Tells this error from others in a `switch`. */
  readonly code = "RECORDING_MISMATCH";
  /** The line of the recording at which the two part; the header is line 1. */
  readonly line: number;
  /** The time of the recording by then, in seconds of its clock; 0 if the clock was not read yet. */
  readonly time: number;
  /** What the program did when it was recorded: `send(7, 5)`. */
  readonly expected: string;
  /** What it does now. */
  readonly came: string;

  /**
   * Made by a replay.
   *
   * @param place Where.
   * @param expected What the program did when it was recorded.
   * @param came What it does now.
   * @param options `cause`, where an error of the program led to it.
   */
  constructor(
    place: { readonly line: number; readonly time: number },
    expected: string,
    came: string,
    options?: ErrorOptions,
  ) {
    super(
      `Cannot replay a recording: line ${place.line} expects ${expected}, the program's is ${came}`,
      options,
    );
    this.line = place.line;
    this.time = place.time;
    this.expected = expected;
    this.came = came;
  }
}

/**
 * A program wants more of its platform than was recorded. It is thrown into the program, which a
 * replay has given up by then; the replay itself ends with the outcome `"ended"`.
 */
export class RecordingEndedError extends Error {
  /** The class's name. */
  override readonly name = "RecordingEndedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "RECORDING_ENDED";
}

/** Every error of recordings; `switch (error.code)` narrows it. */
export type AnyRecordingError = RecordingError | RecordingMismatchError | RecordingEndedError;
