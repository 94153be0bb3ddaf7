/**
 * Stand-in for `@std/assert`, used where JSR cannot be reached: what the tests use of it, with its
 * signatures, on `node:assert`.
 *
 * @module
 */

import nodeAssert from "node:assert/strict";
import { inspect } from "node:util";

/** Thrown by every assertion here. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** Throws if a value is falsy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg || "Expected a truthy value");
}

/** Throws if a value is truthy. */
export function assertFalse(expr: unknown, msg = ""): void {
  if (expr) throw new AssertionError(msg || `Expected a falsy value, got ${inspect(expr)}`);
}

/** Throws always. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${msg ? `: ${msg}` : "."}`);
}

/** Throws always: marks code that is not reached. */
export function unreachable(reason?: string): never {
  throw new AssertionError(reason ?? "Unreachable.");
}

/** Throws if two values are not deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  wrap(() => nodeAssert.deepStrictEqual(actual, expected), msg);
}

/** Throws if two values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  wrap(() => nodeAssert.notDeepStrictEqual(actual, expected), msg);
}

/** Throws if two values are not the same. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): void {
  wrap(() => nodeAssert.strictEqual(actual, expected), msg);
}

/** Throws if two values are the same. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  wrap(() => nodeAssert.notStrictEqual(actual, expected), msg);
}

/** Throws if two numbers differ by more than a tolerance. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  const allowed = tolerance ?? Math.abs(expected) * 1e-7;
  if (Math.abs(actual - expected) <= allowed) return;
  throw new AssertionError(msg ?? `Expected ${actual} to be within ${allowed} of ${expected}`);
}

/** Throws if a value is null or undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throw new AssertionError(msg ?? `Expected a value, got ${actual}`);
  }
}

/** Throws if a value is not an instance of a class. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: abstract new (...args: never[]) => T,
  msg = "",
): asserts actual is T {
  if (actual instanceof expectedType) return;
  throw new AssertionError(
    msg || `Expected an instance of ${expectedType.name}, got ${inspect(actual)}`,
  );
}

/** Throws if a string does not match. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) {
    throw new AssertionError(msg ?? `Expected ${inspect(actual)} to match ${expected}`);
  }
}

/** Throws if a string matches. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) {
    throw new AssertionError(msg ?? `Expected ${inspect(actual)} not to match ${expected}`);
  }
}

/** Throws if a string does not contain another. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    throw new AssertionError(msg ?? `Expected ${inspect(actual)} to contain ${inspect(expected)}`);
  }
}

/** Throws if an array lacks any of some values. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void {
  const has = (value: T) =>
    Array.from(actual).some((item) => {
      try {
        nodeAssert.deepStrictEqual(item, value);
        return true;
      } catch {
        return false;
      }
    });
  const missing = Array.from(expected).filter((value) => !has(value));
  if (missing.length > 0) {
    throw new AssertionError(msg ?? `${inspect(actual)} lacks ${inspect(missing)}`);
  }
}

/** Throws if a value is not greater than another. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw new AssertionError(msg ?? `Expected ${actual} > ${expected}`);
}

/** Throws if a value is less than another. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throw new AssertionError(msg ?? `Expected ${actual} >= ${expected}`);
}

/** Throws if a value is not less than another. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw new AssertionError(msg ?? `Expected ${actual} < ${expected}`);
}

/** Throws if a value is greater than another. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throw new AssertionError(msg ?? `Expected ${actual} <= ${expected}`);
}

/** Throws if a value is not an error of a class with a text in its message. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  errorClass?: ErrorClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    throw new AssertionError(msg ?? `Expected an Error, got ${inspect(error)}`);
  }
  if (errorClass !== undefined && !(error instanceof errorClass)) {
    throw new AssertionError(msg ?? `Expected ${errorClass.name}, got ${inspect(error)}`);
  }
  if (typeof msgMatches === "string") assertStringIncludes(error.message, msgMatches, msg);
  if (msgMatches instanceof RegExp) assertMatch(error.message, msgMatches, msg);
}

/** Throws if a function does not throw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Throws if a function does not throw an error of a class. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
/** Throws if a function does not throw as expected. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  let thrown: unknown;
  try {
    fn();
  } catch (error) {
    thrown = error;
    return checkThrown(thrown, classOrMsg, msgIncludes, msg);
  }
  throw new AssertionError(msg ?? "Expected function to throw.");
}

/** Throws if a promise does not reject. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Throws if a promise does not reject with an error of a class. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
/** Throws if a promise does not reject as expected. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    throw new AssertionError(`Function throws when expected to reject: ${inspect(error)}`);
  }
  try {
    await promise;
  } catch (error) {
    return checkThrown(error, classOrMsg, msgIncludes, msg);
  }
  throw new AssertionError(msg ?? "Expected function to reject.");
}

function checkThrown<E extends Error>(
  thrown: unknown,
  classOrMsg: ErrorClass<E> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): unknown {
  if (typeof classOrMsg === "function") assertIsError(thrown, classOrMsg, msgIncludes, msg);
  return thrown;
}

function wrap(check: () => void, msg: string | undefined): void {
  try {
    check();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new AssertionError(msg === undefined ? text : `${msg}: ${text}`);
  }
}
