/**
 * An error on its way through a chain of callbacks.
 *
 * @module
 */

/** A class whose instances a {@linkcode Failure} is checked against, abstract ones included. */
export type ErrorClass<E = unknown> = abstract new (...args: never[]) => E;

/**
 * Something that was thrown, as a value: what the error side of a `Deferred` carries.
 *
 * It wraps whatever was thrown, an `Error` or not, and keeps the stack that leads to it. The error
 * itself is {@linkcode Failure.value}, untouched; it is never copied or decorated.
 *
 * Twisted: `Failure` (`python/failure.py`, 24.7).
 *
 * Differs from Twisted: frames and their variables are not kept, as JavaScript has none to give,
 * and a class is checked by `instanceof`, never by its name as a string.
 *
 * @example An errback takes the errors that it knows
 * ```ts
 * import { Failure } from "@twinloop/twinloop/reactor";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const failure = new Failure(new RangeError("too far"));
 * assertEquals(failure.check(TypeError, RangeError), RangeError);
 * assertEquals(failure.getErrorMessage(), "too far");
 * assertThrows(() => failure.trap(TypeError), RangeError, "too far");
 * ```
 *
 * @typeParam E What was thrown.
 */
export class Failure<E = unknown> {
  /** What was thrown. */
  readonly value: E;
  /** The stack where the value has none of its own: the place at which it was wrapped. */
  readonly #origin: Error | null;

  /**
   * Wraps what was thrown.
   *
   * @param value What was thrown; to wrap what may be a failure already, use
   * {@linkcode Failure.from}.
   */
  constructor(value: E) {
    this.value = value;
    this.#origin = value instanceof Error ? null : new Error("Thrown value is not an Error");
  }

  /**
   * Returns a failure as it is, and wraps anything else.
   *
   * @param thrown What a `catch` clause got.
   * @returns The failure.
   */
  static from(thrown: unknown): Failure {
    return thrown instanceof Failure ? thrown : new Failure(thrown);
  }

  /** The class of the value; `null` if `null`, `undefined` or an object without a class was thrown. */
  get type(): ErrorClass | null {
    const value: unknown = this.value;
    if (value === null || value === undefined) return null;
    const type: unknown = (value as { constructor?: unknown }).constructor;
    return typeof type === "function" ? type as unknown as ErrorClass : null;
  }

  /**
   * The stack of the value, or, if what was thrown has none, of the place where it was caught.
   */
  get stack(): string {
    const { value } = this;
    const error: Error = value instanceof Error ? value : this.#origin as Error;
    return error.stack ?? `${error.name}: ${error.message}`;
  }

  /**
   * Asks whether the value belongs to any of some classes.
   *
   * @example
   * ```ts
   * import { Failure } from "@twinloop/twinloop/reactor";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Failure(new URIError()).check(TypeError, RangeError), null);
   * ```
   *
   * @param types The classes.
   * @returns The first that the value is an instance of, or `null`.
   */
  check<C extends ErrorClass>(...types: C[]): C | null {
    for (const type of types) if (this.value instanceof type) return type;
    return null;
  }

  /**
   * Lets the errors of some classes through and throws all others on: the first line of an errback
   * that handles just these.
   *
   * @param types The classes.
   * @returns The first that the value is an instance of.
   * @throws {unknown} The value itself, if it is an instance of none of them.
   */
  trap<C extends ErrorClass>(...types: C[]): C {
    return this.check(...types) ?? this.raiseException();
  }

  /**
   * Returns the message of the error, or the value as text if it is not an `Error`. It never throws.
   */
  getErrorMessage(): string {
    const value: unknown = this.value;
    try {
      return value instanceof Error ? value.message : String(value);
    } catch {
      return "a value that has no text";
    }
  }

  /** Returns name, message and stack, for people. */
  getTraceback(): string {
    return this.stack;
  }

  /**
   * Throws the value.
   *
   * @throws {unknown} The value itself, always.
   */
  raiseException(): never {
    throw this.value;
  }

  /**
   * Resumes a generator by throwing the value at its `yield`.
   *
   * @param generator The generator.
   * @returns What the generator yields next, or returns.
   * @throws {unknown} What the generator does not catch, or throws.
   */
  throwExceptionIntoGenerator<Y, R>(generator: Generator<Y, R, never>): IteratorResult<Y, R> {
    return generator.throw(this.value);
  }

  /** Returns one line: the class and the message. */
  toString(): string {
    const name = this.value instanceof Error ? this.value.name : this.type?.name ?? "null";
    return `[Failure: ${name}: ${this.getErrorMessage()}]`;
  }
}
