/**
 * The errors of searches and tapes.
 *
 * @module
 */

/** A text is not a tape, or not one that can be used here. */
export class TapeError extends Error {
  /** The class's name. */
  override readonly name = "TapeError";
  /** Tells this error from others in a `switch`. */
  readonly code = "TAPE";
}

/**
 * A tape does not fit the run: a step that cannot be taken. The program, or the tape, was changed
 * since it was recorded.
 */
export class TapeMismatchError extends Error {
  /** The class's name. */
  override readonly name = "TapeMismatchError";
  /** Tells this error from others in a `switch`. */
  readonly code = "TAPE_MISMATCH";
  /** The number of the first decision that does not fit; the first decision of a run is 0. */
  readonly step: number;
  /** What the tape expects there. */
  readonly expected: string;
  /** What was possible there. */
  readonly possible: string;

  /**
   * Made by a replay.
   *
   * @param step The number of the decision.
   * @param expected What the tape expects there.
   * @param possible What was possible there.
   */
  constructor(step: number, expected: string, possible: string) {
    super(`Cannot replay a tape: decision ${step} is ${possible}, the tape expects ${expected}`);
    this.step = step;
    this.expected = expected;
    this.possible = possible;
  }
}

/**
 * A scenario ran differently with the same answers: it depends on something that the simulation
 * does not decide, for example on the time of day, or on what an earlier run left in a module.
 */
export class NondeterminismError extends Error {
  /** The class's name. */
  override readonly name = "NondeterminismError";
  /** Tells this error from others in a `switch`. */
  readonly code = "NONDETERMINISM";
  /** Where the two runs part, as a phrase. */
  readonly where: string;
  /** What the first run did where the two part. */
  readonly first: string;
  /** What the second run did there. */
  readonly second: string;

  /**
   * Made by a search.
   *
   * @param where Where the two runs part, as a phrase.
   * @param first What the first run did there.
   * @param second What the second run did there.
   */
  constructor(where: string, first: string, second: string) {
    super(
      `Cannot explore: the scenario is not deterministic: ${where} was ${first}, then ${second}`,
    );
    this.where = where;
    this.first = first;
    this.second = second;
  }
}

/**
 * A text is not the checkpoint or the result of a search, or not one that can be used here: it is of
 * another search, or was cut or edited.
 */
export class SearchFileError extends Error {
  /** The class's name. */
  override readonly name = "SearchFileError";
  /** Tells this error from others in a `switch`. */
  readonly code = "SEARCH_FILE";
}

/** Every error of this family's own; `switch (error.code)` narrows it. */
export type ExploreError = TapeError | TapeMismatchError | NondeterminismError | SearchFileError;
